"""How close two models come to the hidden truth, on regions of the hold-out that both have judged."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.enums import Split
from annotation.models import ModelVersion, Prelabel, Study
from webapp.demo.truth import Truth

ROUNDS = 1000
SCALES = ("quality", "importance")
Floats = NDArray[np.float64]


def closeness(study: Study, before: ModelVersion, after: ModelVersion, truths: Mapping[int, Truth]) -> dict[str, Any]:
    """Rank correlation with the truth before and after, the difference, and its 95 % interval over images."""
    old, new = _said(study, before), _said(study, after)
    regions = sorted(old.keys() & new.keys())
    images = np.unique([new[region].region.image_id for region in regions], return_inverse=True)[1]
    return {
        f"{scale}_closer": _paired(
            np.array([truths[region][scale] for region in regions]),
            np.array([old[region].expectations()[scale] for region in regions]),
            np.array([new[region].expectations()[scale] for region in regions]),
            images,
        )
        for scale in SCALES
    } | {"judged_regions": len(regions)}


def _said(study: Study, version: ModelVersion) -> dict[int, Prelabel]:
    rows = Prelabel.objects.filter(version=version, region__study=study, region__image__split=Split.TEST)
    return {row.region_id: row for row in rows.select_related("region")}


def _paired(truth: Floats, old: Floats, new: Floats, images: NDArray[np.intp]) -> dict[str, float] | None:
    """Whole images are drawn, the same for both models. None for fewer than three regions."""
    if len(truth) < 3:
        return None
    members = [np.flatnonzero(images == image) for image in range(images.max() + 1)]
    rng = np.random.default_rng(1)
    drawn = [np.concatenate([members[i] for i in rng.integers(0, len(members), len(members))]) for _ in range(ROUNDS)]
    gains = [_srocc(truth[rows], new[rows]) - _srocc(truth[rows], old[rows]) for rows in drawn]
    low, high = np.quantile(gains, (0.025, 0.975))
    before, after = _srocc(truth, old), _srocc(truth, new)
    numbers = {"before": before, "after": after, "gain": after - before, "low": low, "high": high}
    return {name: round(float(number), 3) for name, number in numbers.items()}


def _srocc(one: Floats, other: Floats) -> float:
    """0 where a side tells nothing apart."""
    from scipy.stats import rankdata  # slow import

    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(np.corrcoef(rankdata(one), rankdata(other))[0, 1])
