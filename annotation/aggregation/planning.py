"""What votes buy, said before the study: from an SOS parameter and the scores one expects, or from a pilot's votes."""

from dataclasses import dataclass

import numpy as np

from annotation.aggregation.ballots import Floats, Integers
from annotation.aggregation.beliefs import USUAL_MEAN, USUAL_SD
from annotation.aggregation.doubt import Counts
from annotation.aggregation.estimates import SEED
from annotation.aggregation.gsd import votes_of_sos
from annotation.aggregation.icc import one_way, reliability_of_labels
from annotation.aggregation.intervals import SOS
from annotation.aggregation.labels import SCORE_TOP
from annotation.aggregation.levels import CLASSES
from annotation.aggregation.sos import sos as sos_of
from annotation.aggregation.tables import table_of_counts
from annotation.aggregation.widths import half_widths, mean_levels

DRAWS = 20_000
"""Simulated regions for each number of votes."""
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Expected:
    """The regions' true scores (levels 0 to 4), the panel's noise, and for distortions the share of people who say without."""

    means: Floats
    sos: float = SOS
    without: Floats | None = None


@dataclass(frozen=True, slots=True)
class Bought:
    """What a label of `votes` votes will be like. Shares of labels; `wrong_with` is None where nothing is known of it."""

    votes: int
    half_width: float
    error: float
    """Root mean square distance from what everybody would say, in levels."""
    wrong_class: float
    wrong_with: float | None


def expected_scores(
    mean: float = USUAL_MEAN, sd: float = USUAL_SD, sos: float = SOS, without: tuple[float, float] | None = None
) -> Expected:
    """`without` is the share of regions without the distortion and how clear that is to one person (0.5 to 1)."""
    points = (np.arange(400) + 0.5) / 400
    means = np.clip(mean + sd * _normal_quantile(points), 0.02, SCORE_TOP - 0.02)
    if without is None:
        return Expected(means, sos)
    share, clear = without
    return Expected(means, sos, np.where(points < share, clear, 1 - clear))


def expected_from_pilot(counts: Counts) -> Expected:
    """From a pilot's histograms of one scale, rows of regions; 6 levels are a distortion's. The means are shrunk as far as
    their reliability tells, so that their spread is that of scores without noise.

    Raises ValueError when no two regions have two votes.
    """
    voted = np.asarray(counts)[counts.sum(axis=1) > 0]
    scored = voted[:, :CLASSES]
    used = scored[scored.sum(axis=1) > 0]
    table = table_of_counts(used.astype(np.int64))
    reliability = one_way(table, resamples=0)
    noise = sos_of(table, SCORE_TOP, resamples=0).value
    if reliability is None or reliability.single.value is None or noise is None:
        raise ValueError("A pilot needs at least two regions with two votes each that are not all the same.")
    votes, means = used.sum(axis=1).astype(float), mean_levels(used)
    pull = np.sqrt(reliability_of_labels(reliability.single.value, votes))
    without = _shrunk_shares(voted) if counts.shape[1] > CLASSES else None
    return Expected(means.mean() + pull * (means - means.mean()), noise, without)


def buy(expected: Expected, votes: int, seed: int = SEED) -> Bought:
    """By simulation, the same for the same seed. Raises ValueError without votes."""
    if votes < 1:
        raise ValueError("A label needs a vote.")
    chance = np.random.default_rng([seed, votes])
    chosen = chance.integers(0, len(expected.means), DRAWS)
    shares = votes_of_sos(expected.means, expected.sos)[chosen]
    counts = chance.multinomial(votes, shares)
    means, truth = mean_levels(counts), shares @ np.arange(CLASSES)
    wrong = classes_of(means) != classes_of(truth)
    return Bought(
        votes=votes,
        half_width=float(half_widths(counts, expected.sos).mean()),
        error=float(np.sqrt(((means - truth) ** 2).mean())),
        wrong_class=float(wrong.mean()),
        wrong_with=None if expected.without is None else _wrong_with(expected.without, votes, chance),
    )


def classes_of(means: Floats) -> Integers:
    """Eq. 1 with M = 4, with room for the rounding of a mean of floats."""
    found: Integers = np.clip(np.ceil(CLASSES * means / SCORE_TOP - _ROUNDING) - 1, 0, CLASSES - 1).astype(np.int64)
    return found


def _wrong_with(without: Floats, votes: int, chance: np.random.Generator) -> float:
    """How often the majority of the votes differs from that of all people; a tie is with."""
    shares = without[chance.integers(0, len(without), DRAWS)]
    said = 2 * chance.binomial(votes, shares) > votes
    return float((said != (shares > 0.5)).mean())


def _shrunk_shares(counts: Counts) -> Floats:
    """The shares of without, drawn towards their mean by the reliability of a yes or no."""
    votes, without = counts.sum(axis=1).astype(float), counts[:, -1].astype(float)
    table = table_of_counts(np.stack([votes - without, without], axis=1).astype(np.int64))
    found = one_way(table, resamples=0)
    shares = without / votes
    single = 0.0 if found is None or found.single.value is None else found.single.value
    pull = np.sqrt(reliability_of_labels(single, votes))
    return np.asarray(np.clip(shares.mean() + pull * (shares - shares.mean()), 0.0, 1.0))


def _normal_quantile(points: Floats) -> Floats:
    from scipy.special import ndtri  # slow import

    return np.asarray(ndtri(points))
