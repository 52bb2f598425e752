"""What is worth a picture beside a report's figures: where model and people part, and whether its numbers can be trusted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ml.evaluation.levels import LEVELS, TOPS, both_on, words
from ml.evaluation.predictions import Prediction
from ml.records.region import RegionRecord
from ml.vocabulary import DISTORTIONS

SHOWN: Final = 12
QUALITY_BINS: Final = 8
PRESENCE_BINS: Final = 10
Counts = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Bin:
    """Regions to which the model gave `low` .. `high`: how many, and the means of what model and people said."""

    low: float
    high: float
    regions: int
    model: float
    people: float


@dataclass(frozen=True, slots=True)
class Presence:
    """Probabilities that a type is there, all six together: `people` of a bin is the share that people saw.

    `error` is the expected calibration error: the mean distance of model and people, bins weighted by size.
    """

    bins: tuple[Bin, ...]
    error: float


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A region on the scale on which model and people are furthest apart."""

    record: str
    scale: str
    model: float
    people: float


@dataclass(frozen=True, slots=True)
class Details:
    """`confusion` counts for each distortion people's `levels` (rows) against the model's (columns).

    Regions without a word of both are left out; None where the model says no severities at all. `errors` are mean
    absolute errors in levels. None: the model does not say it. Bins without regions are left out.
    """

    levels: tuple[str, ...]
    confusion: dict[str, Counts] | None
    quality: tuple[Bin, ...]
    importance: tuple[Bin, ...]
    presence: Presence | None
    errors: dict[str, float | None]
    disagreements: tuple[Disagreement, ...]


def details(records: Sequence[RegionRecord], predictions: Sequence[Prediction]) -> Details:
    """`predictions` in the order of `records`."""
    return Details(
        levels=LEVELS,
        confusion=_confusion(records, predictions),
        quality=_of_scale("quality", records, predictions),
        importance=_of_scale("importance", records, predictions),
        presence=_presence(records, predictions),
        errors={scale: _error(scale, records, predictions) for scale in TOPS},
        disagreements=_disagreements(records, predictions),
    )


def _confusion(records: Sequence[RegionRecord], predictions: Sequence[Prediction]) -> dict[str, Counts] | None:
    if all(said.pairs is None for said in predictions):
        return None
    return {
        name: _counts(words(name, *both) for both in zip(records, predictions, strict=True)) for name in DISTORTIONS
    }


def _counts(found: Iterable[tuple[str, str] | None]) -> Counts:
    table = np.zeros((len(LEVELS), len(LEVELS)), dtype=np.int64)
    for both in found:
        if both is not None:
            table[LEVELS.index(both[0]), LEVELS.index(both[1])] += 1
    return tuple(map(tuple, table.tolist()))


def _of_scale(scale: str, records: Sequence[RegionRecord], predictions: Sequence[Prediction]) -> tuple[Bin, ...]:
    pairs = [(model, people) for _, people, model in both_on(scale, records, predictions)]
    return bins(pairs, top=TOPS[scale], count=QUALITY_BINS)


def _presence(records: Sequence[RegionRecord], predictions: Sequence[Prediction]) -> Presence | None:
    pairs = [
        (1.0 - shares[-1], float(name in record.distortions))
        for record, said in zip(records, predictions, strict=True)
        for name, shares in (said.distortions or {}).items()
    ]
    if not pairs:
        return None
    found = bins(pairs, top=1.0, count=PRESENCE_BINS)
    return Presence(found, sum(one.regions * abs(one.model - one.people) for one in found) / len(pairs))


def bins(pairs: Sequence[tuple[float, float]], *, top: float, count: int) -> tuple[Bin, ...]:
    """Of (model, people), by what the model said: `count` of equal width from 0 to `top`, the last with its upper end."""
    model, people = np.array(pairs, dtype=np.float64).reshape(-1, 2).T
    number = np.clip(np.nan_to_num(model / top * count), 0, count - 1).astype(int)
    return tuple(
        Bin(
            low=top * one / count,
            high=top * (one + 1) / count,
            regions=int(inside.sum()),
            model=float(model[inside].mean()),
            people=float(people[inside].mean()),
        )
        for one in range(count)
        if (inside := number == one).any()
    )


def _error(scale: str, records: Sequence[RegionRecord], predictions: Sequence[Prediction]) -> float | None:
    apart = [abs(model - people) for _, people, model in both_on(scale, records, predictions)]
    return float(np.mean(apart)) if apart else None


def _disagreements(records: Sequence[RegionRecord], predictions: Sequence[Prediction]) -> tuple[Disagreement, ...]:
    """Furthest first, as a share of the scale; each region once."""
    worst: dict[str, tuple[float, Disagreement]] = {}
    for scale, top in TOPS.items():
        for record, people, model in both_on(scale, records, predictions):
            share = abs(model - people) / top
            if share > worst.get(record.id, (0.0,))[0]:
                worst[record.id] = (share, Disagreement(record.id, scale, model, people))
    ordered = sorted(worst.values(), key=lambda one: (-one[0], one[1].record))
    return tuple(one for _, one in ordered[:SHOWN])
