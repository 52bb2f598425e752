"""What the gate looks at, of both models on the same regions. Everything is better when it is higher."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ml.evaluation import resampling
from ml.evaluation.correlation import srocc
from ml.evaluation.predictions import Prediction
from ml.evaluation.resampling import Differences, Floats
from ml.evaluation.sets import Labels, f1_of_each, per_region, types_of
from ml.records.region import RegionRecord
from ml.vocabulary import DISTORTIONS

QUALITY: Final = "quality_srocc"
IMPORTANCE: Final = "importance_srocc"
TYPES: Final = "types_f1"
CALIBRATION: Final = "calibration"
FEWEST_REGIONS: Final = 50
"""With a distortion; below, its F1 is shown and does not decide: one region more or less would be as much as the bound."""
TOP: Final = 4.0


@dataclass(frozen=True)
class Pair:
    """A measure of champion and candidate on all regions, None where there is none; `varied` draws their difference."""

    champion: float | None
    candidate: float | None
    varied: Differences
    decides: bool = True


def pairs_of(
    records: Sequence[RegionRecord], champion: Sequence[Prediction], candidate: Sequence[Prediction]
) -> dict[str, Pair]:
    truth = [types_of(record.distortions) for record in records]
    old, new = ([one.types for one in predictions] for predictions in (champion, candidate))
    return {
        QUALITY: _order(quality_of(records), quality_of(champion), quality_of(candidate)),
        IMPORTANCE: _order(_importance_of(records), _importance_of(champion), _importance_of(candidate)),
        TYPES: _means(per_region(truth, old)[:, 2], per_region(truth, new)[:, 2]),
        **{f"f1_{name}": _label(name, truth, old, new) for name in sorted(DISTORTIONS)},
        CALIBRATION: _means(_closeness(records, champion), _closeness(records, candidate)),
    }


def quality_of(ones: Sequence[RegionRecord] | Sequence[Prediction]) -> Floats:
    return np.array([one.quality for one in ones], dtype=np.float64)


def _importance_of(ones: Sequence[RegionRecord] | Sequence[Prediction]) -> Floats:
    return np.array([one.importance for one in ones], dtype=np.float64)


def _closeness(records: Sequence[RegionRecord], predictions: Sequence[Prediction]) -> Floats:
    """Of each region: 1 where both numbers are people's own, less by the mean error as a share of the scale."""
    quality = np.abs(quality_of(records) - quality_of(predictions))
    importance = np.abs(_importance_of(records) - _importance_of(predictions))
    close: Floats = 1.0 - (quality + importance) / (2.0 * TOP)
    return close


def _order(people: Floats, old: Floats, new: Floats) -> Pair:
    return Pair(srocc(people, old), srocc(people, new), resampling.of_order(people, old, new))


def _means(old: Floats, new: Floats) -> Pair:
    return Pair(float(old.mean()), float(new.mean()), resampling.of_means(old, new))


def _label(name: str, truth: Sequence[Labels], old: Sequence[Labels], new: Sequence[Labels]) -> Pair:
    people, champion, candidate = (np.array([name in one for one in sets]) for sets in (truth, old, new))
    return Pair(
        f1_of_each(truth, old, [name])[name],
        f1_of_each(truth, new, [name])[name],
        resampling.of_f1(people, champion, candidate),
        decides=int(people.sum()) >= FEWEST_REGIONS,
    )
