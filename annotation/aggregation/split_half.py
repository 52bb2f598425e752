"""Split-half reliability: each region's votes are split by chance, and the halves' means are compared, many times.

What papers on image quality report. Spearman and Brown step a half's correlation up to all votes'.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from annotation.aggregation.ballots import Ballots, Flags, Floats, Integers, divide
from annotation.aggregation.estimates import SEED, UNKNOWN, Estimate, percentiles
from annotation.aggregation.honesty import rank_correlation

SPLITS = 100
LEAST_REGIONS = 3


@dataclass(frozen=True, slots=True)
class Halves:
    """Correlations of two halves' means; `stepped` is the rank correlation stepped up. None without variation."""

    srocc: float | None
    plcc: float | None
    stepped: float | None
    regions: int
    dropped: int
    """Regions with an empty half."""


@dataclass(frozen=True, slots=True)
class SplitHalf:
    """Means over random splits. The intervals come from resampling images (or regions) as well, a new split each time.

    So they hold one split's chance, too, and are rather too wide: their ends need not lie further out for few images.
    """

    srocc: Estimate
    stepped: Estimate
    splits: int
    regions: int
    dropped: int


def halves(ballots: Ballots, first: Flags) -> Halves:
    """One split: `first` says which votes are in the first half."""
    left, right, both = _means(ballots, first)
    used = left[both], right[both]
    dropped = int((ballots.per_region() > 0).sum() - both.sum())
    srocc, plcc = (_known(*used, of) for of in (rank_correlation, _pearson))
    return Halves(srocc, plcc, None if srocc is None else _stepped(srocc), int(both.sum()), dropped)


def split_half(ballots: Ballots, splits: int = SPLITS, seed: int = SEED, image: Integers | None = None) -> SplitHalf:
    """Of `splits` random splits of each region's votes; regions with one vote are dropped. `image` is each region's."""
    chance = np.random.default_rng(seed)
    votes, together = ballots.per_region(), np.argsort(ballots.region, kind="stable")
    several = np.flatnonzero(votes > 1)
    images = len(several if image is None else np.unique(image[several]))
    drawn, resampled = [], []
    for _ in range(splits):
        left, right, both = _means(ballots, by_chance(ballots, together, chance))
        places = np.flatnonzero(both)
        again = _resampled(places, places if image is None else image[places], chance)
        drawn.append(_known(left[places], right[places], rank_correlation))
        resampled.append(_known(left[again], right[again], rank_correlation))
    return SplitHalf(
        *_estimates(drawn, resampled, images), splits, regions=len(several), dropped=int((votes == 1).sum())
    )


def _resampled(places: Integers, image: Integers, chance: np.random.Generator) -> Integers:
    """Places of as many images drawn with replacement, all of each image's."""
    if not len(places):
        return places
    order = np.argsort(image, kind="stable")
    _, starts, lengths = np.unique(image[order], return_index=True, return_counts=True)
    drawn = chance.integers(0, len(starts), len(starts))
    ends = np.cumsum(lengths[drawn])
    within = np.arange(ends[-1]) - np.repeat(ends - lengths[drawn], lengths[drawn])
    return np.asarray(places[order][np.repeat(starts[drawn], lengths[drawn]) + within])


def by_chance(ballots: Ballots, together: Integers, chance: np.random.Generator) -> Flags:
    """Half of each region's votes; of an odd number chance says which half is the larger.

    `together` has the places of the votes by region: what is nearly in order is sorted several times as fast.
    """
    order = together[np.argsort((ballots.region + chance.random(len(ballots)))[together], kind="stable")]
    votes = ballots.per_region()
    starts = np.cumsum(votes) - votes
    place = np.empty(len(ballots))
    place[order] = np.arange(len(ballots)) - starts[ballots.region[order]]
    half = np.floor((votes + chance.integers(0, 2, ballots.regions)) / 2)
    return np.asarray(place < half[ballots.region])


def _estimates(drawn: list[float | None], resampled: list[float | None], images: int) -> tuple[Estimate, Estimate]:
    known = np.array([value for value in drawn if value is not None])
    again = np.array([np.nan if value is None else value for value in resampled])
    if not len(known):
        return UNKNOWN, UNKNOWN
    plain, stepped = float(known.mean()), float(np.mean([_stepped(value) for value in known]))
    again_stepped = np.array([_stepped(value) for value in again])
    return percentiles(plain, again, images), percentiles(stepped, again_stepped, images)


def _means(ballots: Ballots, first: Flags) -> tuple[Floats, Floats, Flags]:
    weight = first.astype(float)
    votes, total = ballots.per_region(), ballots.per_region(ballots.level)
    some, sums = ballots.per_region(weight), ballots.per_region(weight * ballots.level)
    left, right = divide(sums, some), divide(total - sums, votes - some)
    return left, right, np.asarray((some > 0) & (votes > some))


def _known(left: Floats, right: Floats, correlation: Callable[[Floats, Floats], float | None]) -> float | None:
    return correlation(left, right) if len(left) >= LEAST_REGIONS else None


def _pearson(left: Floats, right: Floats) -> float | None:
    if np.ptp(left) == 0 or np.ptp(right) == 0:
        return None
    return float(np.corrcoef(left, right)[0, 1])


def _stepped(correlation: float) -> float:
    return 2 * correlation / (1 + correlation) if correlation > -1 else -1.0
