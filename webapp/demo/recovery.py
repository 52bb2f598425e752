"""How well the labels found the truth that was hidden from the annotators."""

from collections.abc import Mapping

import numpy as np

from annotation.aggregation.labels import is_without, summarise
from annotation.models import Label, Study
from annotation.opinion import DISTORTIONS
from webapp.demo.truth import Truth


def recovery(study: Study, truths: Mapping[int, Truth]) -> dict[str, object]:
    """Rank correlation and RMSE of mean labels with the truth, the share of right with/without decisions."""
    labels = list(Label.objects.settled().filter(study=study))
    report: dict[str, object] = {"labels": len(labels)}
    for scale in ("quality", "importance"):
        means = np.array([summarise(getattr(label, f"{scale}_votes"), 4).mean or 0.0 for label in labels])
        hidden = np.array([truths[label.region_id][scale] for label in labels])
        report[f"{scale}_srocc"] = _spearman(means, hidden)
        report[f"{scale}_rmse"] = round(float(np.sqrt(np.mean((means - hidden) ** 2))), 3) if labels else None
    right = [
        is_without(getattr(label, f"{name}_votes")) == (truths[label.region_id][name] >= 4.5)
        for label in labels
        for name in DISTORTIONS
    ]
    report["with_or_without_right"] = round(sum(right) / len(right), 4) if right else None
    return report


def _spearman(
    one: "np.ndarray[tuple[int], np.dtype[np.float64]]", other: "np.ndarray[tuple[int], np.dtype[np.float64]]"
) -> float | None:
    """None for fewer than three, or where a side tells nothing apart."""
    from scipy.stats import spearmanr  # slow import

    if len(one) < 3 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    return round(float(spearmanr(one, other).statistic), 4)
