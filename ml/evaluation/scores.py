"""The four tasks of Table 1 on one set of regions, with intervals over photographs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.evaluation.bootstrap import ROUNDS, Estimate, Rows, estimate
from ml.evaluation.correlation import plcc, srocc
from ml.evaluation.predictions import Prediction
from ml.evaluation.sets import Labels, average, f1_of_each, pairs_of, per_region, types_of, words_of
from ml.records.region import RegionRecord

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Agreement:
    srocc: Estimate
    plcc: Estimate


@dataclass(frozen=True, slots=True)
class SetScores:
    """Sample averages over `regions`."""

    regions: int
    precision: Estimate
    recall: Estimate
    f1: Estimate


@dataclass(frozen=True, slots=True)
class Scores:
    """`severities` counts regions whose severities are all known; None where there is none, or they are not predicted.

    `per_type` is Table 2 with its average; `unread` counts empty predictions, `flagged` contradictory ones.
    """

    quality: Agreement
    importance: Agreement
    types: SetScores
    severities: SetScores | None
    per_type: dict[str, float | None]
    per_type_average: float
    unread: int
    flagged: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """How the intervals are drawn."""

    seed: int = 1
    rounds: int = ROUNDS


def score(records: Sequence[RegionRecord], predictions: Sequence[Prediction], drawing: Drawing | None = None) -> Scores:
    """`predictions` in the order of `records`. Raises ValueError for no records or another number of predictions."""
    if not records or len(records) != len(predictions):
        raise ValueError(f"{len(records)} records cannot be compared with {len(predictions)} predictions")
    drawing = drawing or Drawing()
    sources = [record.source for record in records]
    truth, said = [types_of(record.distortions) for record in records], [one.types for one in predictions]
    per_type = f1_of_each(truth, said)
    return Scores(
        quality=_agreement([r.quality for r in records], [p.quality for p in predictions], sources, drawing),
        importance=_agreement([r.importance for r in records], [p.importance for p in predictions], sources, drawing),
        types=_set_scores(truth, said, sources, drawing),
        severities=_severities(records, predictions, drawing),
        per_type=per_type,
        per_type_average=average(per_type),
        unread=sum(not labels for labels in said),
        flagged=sum(one.flagged for one in predictions),
    )


def _agreement(truth: Sequence[float], said: Sequence[float], sources: Sequence[str], drawing: Drawing) -> Agreement:
    x, y = np.asarray(truth), np.asarray(said)
    return Agreement(
        estimate(lambda rows: srocc(x[rows], y[rows]), sources, seed=drawing.seed, rounds=drawing.rounds),
        estimate(lambda rows: plcc(x[rows], y[rows]), sources, seed=drawing.seed, rounds=drawing.rounds),
    )


def _severities(
    records: Sequence[RegionRecord], predictions: Sequence[Prediction], drawing: Drawing
) -> SetScores | None:
    known = [
        (pairs_of(words), one.pairs, record.source)
        for record, one in zip(records, predictions, strict=True)
        if (words := words_of(record.distortions)) is not None and one.pairs is not None
    ]
    if not any(truth != types_of(()) for truth, _, _ in known):
        return None
    truth, said, sources = zip(*known, strict=True)
    return _set_scores(truth, said, sources, drawing)


def _set_scores(truth: Sequence[Labels], said: Sequence[Labels], sources: Sequence[str], drawing: Drawing) -> SetScores:
    columns = per_region(truth, said).T
    return SetScores(len(truth), *(_mean(column, sources, drawing) for column in columns))


def _mean(column: Floats, sources: Sequence[str], drawing: Drawing) -> Estimate:
    def mean(rows: Rows) -> float:
        return float(column[rows].mean())

    return estimate(mean, sources, seed=drawing.seed, rounds=drawing.rounds)
