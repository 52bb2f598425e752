"""How far shown guesses pulled votes, from a study in which chance decided who saw them.

The model: a person who would say u says (1 - pull) * u + pull * guess when the guess is shown. With y = vote - guess and d
its mean over the hidden votes on a region, hidden votes have the mean d and shown ones (1 - pull) * d. Nobody knows d, and
putting the hidden votes' mean in its place takes chance for pull: a vote that happens to lie far from the guess makes d too
large. Two different people's votes do not share their chance, so products of two people's y are free of it:

    hidden * hidden -> d^2,   shown * hidden -> (1 - pull) * d^2,   shown * shown -> (1 - pull)^2 * d^2

and 1 - pull is a ratio of sums of such products. Its interval is Fieller's: it is honest (without ends) when the guesses are
so close to what people say anyway that nothing can be learnt.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

LEAST_REGIONS = 20
"""Regions with votes in both arms, below which nothing is said."""
WIDEST = 1.0
"""An interval as wide as the whole way says nothing either."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Looks:
    """The experiment's votes on one scale, an entry each. `region` stands for a region together with its guess."""

    region: NDArray[np.int64]
    annotator: NDArray[np.int64]
    shown: NDArray[np.bool_]
    vote: Numbers
    guess: Numbers


@dataclass(frozen=True, slots=True)
class Effect:
    """An estimate with its 95 % interval, and how many regions (or people) were compared for it."""

    value: float
    low: float
    high: float
    compared: int

    def excludes(self, value: float) -> bool:
        return not self.low <= value <= self.high


class _Arm(NamedTuple):
    """Per region: votes, their sum and their sum of squares, all as deviations from the guess."""

    votes: Numbers
    total: Numbers
    squares: Numbers

    @property
    def mean(self) -> Numbers:
        return ratio(self.total, self.votes)

    @property
    def pairs(self) -> Numbers:
        """The mean product of two different people's deviations."""
        return ratio(self.total**2 - self.squares, self.votes * (self.votes - 1))


class _Sums(NamedTuple):
    """Per region. What the pull leaves over is sum(left) / sum(right)."""

    shown: _Arm
    hidden: _Arm
    by_hidden: Numbers
    by_shown: Numbers

    @property
    def left(self) -> Numbers:
        return self.by_hidden * self.shown.mean * self.hidden.mean + self.by_shown * self.shown.pairs

    @property
    def right(self) -> Numbers:
        return self.by_hidden * self.hidden.pairs + self.by_shown * self.shown.mean * self.hidden.mean


def pull_of(looks: Looks) -> Effect | None:
    """The share of the way from one's own opinion to the guess; None when there is too little to tell.

    Regions weigh by how far the guess was from what people say, so this is the pull of guesses that differ.
    """
    looks = numbered(looks)
    if not len(looks.vote):
        return None
    sums = _sums(looks)
    used = (sums.by_hidden + sums.by_shown) > 0
    left, right = sums.left[used], sums.right[used]
    if len(left) < LEAST_REGIONS or right.sum() <= 0:
        return None
    kept = float(left.sum() / right.sum())
    bounds = _fieller(left, right, _of_people(looks, sums, kept))
    if bounds is None or bounds[1] - bounds[0] > WIDEST:
        return None
    return Effect(1 - kept, 1 - bounds[1], 1 - bounds[0], len(left))


def numbered(looks: Looks) -> Looks:
    """The same with regions and annotators counted from 0."""
    region = np.unique(looks.region, return_inverse=True)[1]
    annotator = np.unique(looks.annotator, return_inverse=True)[1]
    return Looks(region, annotator, looks.shown, looks.vote, looks.guess)


def ratio(above: Numbers, below: Numbers) -> Numbers:
    """0 where there is nothing to divide by."""
    return np.divide(above, below, out=np.zeros(len(above)), where=below > 0)


def _sums(looks: Looks) -> _Sums:
    shown, hidden = _arm(looks, looks.shown), _arm(looks, ~looks.shown)
    weight = ratio(shown.votes * hidden.votes, shown.votes + hidden.votes)
    return _Sums(shown, hidden, np.where(hidden.votes > 1, weight, 0.0), np.where(shown.votes > 1, weight, 0.0))


def _arm(looks: Looks, chosen: NDArray[np.bool_]) -> _Arm:
    away = (looks.vote - looks.guess)[chosen]
    return _Arm(*(per_region(looks, chosen, weights) for weights in (np.ones(len(away)), away, away**2)))


def per_region(looks: Looks, chosen: NDArray[np.bool_], weights: Numbers) -> Numbers:
    """Sums of the chosen votes' weights; regions are counted from 0."""
    return np.bincount(looks.region[chosen], weights, int(looks.region.max()) + 1).astype(float)


def _of_people(looks: Looks, sums: _Sums, kept: float) -> float:
    """The squared half width, in units of left, that comes from one person's votes on many regions going together.

    Two-way clustering: to the sum over regions add that over people, less that over their votes.
    """
    shown, hidden, region = sums.shown, sums.hidden, looks.region
    away, slope = looks.vote - looks.guess, np.where(looks.shown, kept, 1.0)
    expected = ratio(kept * shown.total + hidden.total, kept**2 * shown.votes + hidden.votes)[region]
    others_hidden = _others(hidden, ~looks.shown, region, away)
    others_shown = _others(shown, looks.shown, region, away)
    own = np.where(looks.shown, 1 / np.maximum(shown.votes[region], 1), -kept / np.maximum(hidden.votes[region], 1))
    weighed = sums.by_hidden[region] * others_hidden + sums.by_shown[region] * others_shown
    each = (away - slope * expected) * weighed * own
    together = float((np.bincount(looks.annotator, each) ** 2).sum() - (each**2).sum())
    return _quantile(int(looks.annotator.max()) + 1) * max(together, 0.0)


def _quantile(count: int) -> float:
    """The square of Student's t for so many clusters; two at least, or nothing is known of how they differ."""
    return float(stdtrit(max(count - 1, 1), 0.975)) ** 2


def _others(arm: _Arm, inside: NDArray[np.bool_], region: NDArray[np.int64], away: Numbers) -> Numbers:
    """For each vote the mean of the arm on its region, without that vote itself."""
    return ratio(arm.total[region] - np.where(inside, away, 0.0), arm.votes[region] - inside)


def _fieller(left: Numbers, right: Numbers, more: float) -> tuple[float, float] | None:
    """All k for which sum(left - k * right) is within chance of 0; None when they have no end."""
    scale = _quantile(len(left)) * len(left) / (len(left) - 1)
    squared = float(right.sum() ** 2 - scale * (right**2).sum())
    mixed = float(left.sum() * right.sum() - scale * (left * right).sum())
    constant = float(left.sum() ** 2 - scale * (left**2).sum()) - more
    if squared <= 0:
        return None
    half = max(mixed**2 - squared * constant, 0.0) ** 0.5
    return (mixed - half) / squared, (mixed + half) / squared
