"""May a candidate take the champion's place? Both said something of the same regions; this is the arithmetic after it.

The rules and their reasons are in docs/evaluation.md, "The gate".
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ml.evaluation import resampling
from ml.evaluation.measures import IMPORTANCE, QUALITY, Pair, pairs_of, quality_of
from ml.evaluation.predictions import Prediction
from ml.evaluation.resampling import Floats
from ml.evaluation.williams import of_ranks
from ml.records.region import RegionRecord

ALPHA: Final = 0.05
ROUNDS: Final = 2000
BEYOND: Final = 20
"""Draws that should lie beyond an end of an interval: the end of a smaller share takes more rounds to find."""
MOST_ROUNDS: Final = 20_000
FEWEST_IMAGES: Final = 20
LOW_ABOVE: Final[Mapping[str, float]] = {QUALITY: 0.0, IMPORTANCE: -0.01}
"""Measures whose interval decides: its low end has to be above this."""
AT_LEAST: Final = -0.02
"""Of every other measure the difference itself decides."""
TEST_IMAGES: Final = "test_images"
CROSS_CHECK: Final = "quality_srocc_williams"


@dataclass(frozen=True, slots=True)
class Check:
    """One measure of both models. `difference` is the candidate's less the champion's, `low` .. `high` its interval.

    `p_value` is the share of draws in which the difference was not above `bound`. A check that does not decide is there
    to be compared with those that do. None: there is no such number.
    """

    measure: str
    champion: float | None
    candidate: float | None
    difference: float | None
    low: float | None
    high: float | None
    bound: float | None
    p_value: float | None
    decides: bool
    passed: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """`better`: every check that decides has passed."""

    better: bool
    checks: tuple[Check, ...]


def decide(
    records: Sequence[RegionRecord],
    champion: Sequence[Prediction],
    candidate: Sequence[Prediction],
    *,
    tries: int = 1,
    seed: int = 1,
    rounds: int = ROUNDS,
) -> Verdict:
    """`tries` counts the candidates measured on these records so far, this one included: they share ALPHA.

    Predictions in the order of `records`. Deterministic for a seed. Raises ValueError for no records, another number of
    predictions than of records, or no try.
    """
    if not records or not len(records) == len(champion) == len(candidate):
        raise ValueError(
            f"{len(records)} records cannot be compared with {len(champion)} predictions of the champion and "
            f"{len(candidate)} of the candidate"
        )
    if tries < 1:
        raise ValueError(f"the first candidate on a test set is try 1, there is no try {tries}")
    share, sources = ALPHA / tries, [record.source for record in records]
    pairs = pairs_of(records, champion, candidate)
    enough = max(rounds, min(MOST_ROUNDS, math.ceil(BEYOND / share)))
    measures = {name: pair.varied for name, pair in pairs.items()}
    drawn = resampling.differences(measures, sources, rounds=enough, seed=seed)
    checks = (
        *(_check(name, pair, drawn[name], share) for name, pair in pairs.items()),
        _cross_check(records, champion, candidate, pairs[QUALITY], share),
        _images(len(set(sources))),
    )
    return Verdict(all(check.passed for check in checks if check.decides), checks)


def _check(measure: str, pair: Pair, drawn: Floats, share: float) -> Check:
    """A measure that one of the models does not have is neither passed nor failed: it does not decide."""
    if pair.champion is None or pair.candidate is None:
        return _without_difference(measure, pair)
    difference, found = pair.candidate - pair.champion, drawn[~np.isnan(drawn)]
    low, high = np.quantile(found, [share, 1.0 - share]).tolist() if found.size else (math.nan, math.nan)
    bound = LOW_ABOVE.get(measure, AT_LEAST)
    return Check(
        measure,
        finite(pair.champion),
        finite(pair.candidate),
        finite(difference),
        finite(low),
        finite(high),
        bound,
        float(1 + np.count_nonzero(found <= bound)) / (1 + found.size),
        pair.decides,
        passed=low > bound if measure in LOW_ABOVE else round(difference, 9) >= bound,
    )


def _without_difference(measure: str, pair: Pair) -> Check:
    bound = LOW_ABOVE.get(measure, AT_LEAST)
    return Check(measure, pair.champion, pair.candidate, None, None, None, bound, None, decides=False, passed=True)


def _cross_check(
    records: Sequence[RegionRecord],
    champion: Sequence[Prediction],
    candidate: Sequence[Prediction],
    quality: Pair,
    share: float,
) -> Check:
    """Williams' test on the ranks of quality: nearly what the bootstrap says, unless photographs matter much."""
    test = of_ranks(*(quality_of(ones) for ones in (records, champion, candidate)))
    p_value = None if test is None else test.p_better
    old, new = quality.champion, quality.candidate
    difference = None if old is None or new is None else new - old
    passed = p_value is not None and p_value < share
    return Check(CROSS_CHECK, old, new, difference, None, None, 0.0, p_value, decides=False, passed=passed)


def _images(sources: int) -> Check:
    """Photographs, not the distorted copies of one."""
    count, least = float(sources), float(FEWEST_IMAGES)
    return Check(TEST_IMAGES, count, count, None, count, None, least, None, decides=True, passed=count >= least)


def finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
