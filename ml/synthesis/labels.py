"""What a region of a distorted picture is said to be (paper, section 3.1.3), from a full-reference metric."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ml.synthesis.calibration import CLEAN_ABOVE, POWER, SCALE, quality_of
from ml.synthesis.distortions import Kind
from ml.synthesis.fidelity import Masks
from ml.synthesis.light import Rgb
from ml.synthesis.measures import DEFAULT, measure_called

SHARES: Final = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
IMPORTANCE_KNOTS: Final = (0.0, 0.0032, 0.0087, 0.0163, 0.0257, 0.0391, 0.0583, 0.0851, 0.1389, 0.7557)
"""What these shares of the training regions stay under, as `python -m ml.synthesis.importance` finds it."""


@dataclass(frozen=True, slots=True)
class Yardstick:
    """A metric by name and what its numbers mean."""

    metric: str = DEFAULT
    scale: float = SCALE
    power: float = POWER
    importances: tuple[float, ...] = IMPORTANCE_KNOTS


@dataclass(frozen=True, slots=True)
class RegionLabels:
    """Quality and importance 0..4, the severity 0 (extreme) .. 4 (trivial) of what is to be seen, and the raw numbers:
    how damaged the region is, and the whole picture by it."""

    quality: float
    importance: float
    distortions: Mapping[str, float]
    damage: float
    harm: float


def label(reference: Rgb, distorted: Rgb, masks: Masks, kind: Kind, by: Yardstick) -> list[RegionLabels]:
    """Labels of each region of a picture distorted in one way; a region that looks as before is without distortions."""
    damages, harms = measure_called(by.metric)(reference, distorted, masks)
    qualities = quality_of(damages, by.scale, by.power)
    rows = zip(damages.tolist(), harms.tolist(), qualities.tolist(), strict=True)
    return [
        RegionLabels(4 * quality, importance_of(harm, by.importances), _to_be_seen(kind, quality), damage, harm)
        for damage, harm, quality in rows
    ]


def importance_of(harm: float, knots: Sequence[float] = IMPORTANCE_KNOTS) -> float:
    """0..4, growing with area and with damage."""
    return float(np.interp(harm, knots, 4 * np.array(SHARES)))


def severity_of(quality: float) -> float:
    """Quality 0..0.92 -> severity 0..4: five bands of equal width below what is not to be seen."""
    return 4 * quality / CLEAN_ABOVE


def _to_be_seen(kind: Kind, quality: float) -> dict[str, float]:
    return {} if quality > CLEAN_ABOVE else {kind: severity_of(quality)}
