"""Sets of labels per region: sample-average precision, recall and F1 (Table 1), and F1 of each label (Table 2).

A region without distortions has the set {clean}, never the empty set. Nothing is published on odd answers: here an empty
prediction, one that cannot be read, scores 0, 0, 0; `ml.seagull.answers` settles contradictions.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ml.vocabulary import CLEAN, DISTORTIONS, SEVERITIES, word_of

Labels = frozenset[str]
CLASSES = (*sorted(DISTORTIONS), CLEAN)
"""The seven columns of Table 2 by name."""


def types_of(distortions: Iterable[str]) -> Labels:
    """The set of a region with these distortions."""
    return frozenset(distortions) or frozenset({CLEAN})


def pairs_of(distortions: Mapping[str, str]) -> Labels:
    """The set of (severity, type) labels, such as "minor blur", of a region whose distortions have these words."""
    return frozenset(f"{severity} {name}" for name, severity in distortions.items()) or frozenset({CLEAN})


def words_of(distortions: Mapping[str, float | None]) -> dict[str, str] | None:
    """The severities as words by Eq. 1; None where one of them is not known."""
    known = {name: mean for name, mean in distortions.items() if mean is not None}
    return {name: word_of(mean, SEVERITIES) for name, mean in known.items()} if len(known) == len(distortions) else None


def per_region(truth: Sequence[Labels], predicted: Sequence[Labels]) -> NDArray[np.float64]:
    """(N, 3): precision, recall, F1 of each region, whose means are the sample averages; 0/0 is 0."""
    rows = np.zeros((len(truth), 3))
    for row, wanted, said in zip(rows, truth, predicted, strict=True):
        hits = len(wanted & said)
        row[:] = _share(hits, len(said)), _share(hits, len(wanted)), _share(2 * hits, len(said) + len(wanted))
    return rows


def f1_of_each(
    truth: Sequence[Labels], predicted: Sequence[Labels], classes: Sequence[str] = CLASSES
) -> dict[str, float | None]:
    """F1 of each label over all regions; None for a label that no region has and no prediction names."""
    return {label: _f1_of(label, truth, predicted) for label in classes}


def average(scores: Mapping[str, float | None]) -> float:
    """Table 2's last column: the plain mean over the classes that occur."""
    known = [score for score in scores.values() if score is not None]
    return sum(known) / len(known) if known else 0.0


def _f1_of(label: str, truth: Sequence[Labels], predicted: Sequence[Labels]) -> float | None:
    wanted = sum(label in labels for labels in truth)
    said = sum(label in labels for labels in predicted)
    hits = sum(label in one and label in other for one, other in zip(truth, predicted, strict=True))
    return 2 * hits / (wanted + said) if wanted + said else None


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
