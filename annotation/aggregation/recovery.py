"""Scores recovered from votes of people who are lenient or erratic, beside the plain means that are the labels of record.

level = score + bias of the annotator + inconsistency of the annotator * chance. P.913 (06/2021) clause 12.4 subtracts biases
once; P.910 Annex E projects in turns until nothing moves. With few votes the latter fits somebody perfectly and follows them
alone, so variances are shrunk here as if PRIOR_VOTES more votes had the variance of a typical annotator; 0 is the exact P.910.
The typical variance is read off once, with everybody's votes worth the same: read anew in each turn it can follow the perfect
fits down to 0.
"""

import math
from dataclasses import dataclass

import numpy as np

from annotation.aggregation.ballots import Ballots, Floats, divide
from annotation.aggregation.intervals import LEAST_VARIANCE

PRIOR_VOTES = 10.0
MOST_PASSES = 1000
STILL = 1e-8
_FEW_ANNOTATORS = 5
_PERFECT = 1e-6
"""A variance below this is a perfect fit, which nobody's votes deserve."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """Scores of regions, and bias (levels above the others) and inconsistency (sd in levels) of annotators, in their order.

    `error` is the scores' standard error from the annotators' inconsistencies (Fisher), `error_of_votes` that of P.910 from
    the residuals on the region. An annotator without votes has bias 0 and the inconsistency of a typical one. `prior_votes`
    and `prior_sd` are what variances were shrunk by.
    """

    score: Floats
    error: Floats
    error_of_votes: Floats
    bias: Floats
    bias_low: Floats
    bias_high: Floats
    inconsistency: Floats
    inconsistency_low: Floats
    inconsistency_high: Floats
    votes: Floats
    prior_votes: float
    prior_sd: float
    passes: int
    converged: bool
    perfect: tuple[int, ...]
    """Annotators fitted without any error: the scores lean on them alone and are worth nothing."""

    @property
    def degenerate(self) -> bool:
        return bool(self.perfect) or not self.converged

    def outside(self, top: float, low: float = 0.0) -> int:
        """Scores beyond the scale."""
        return int(((self.score < low - STILL) | (self.score > top + STILL)).sum())


@dataclass(frozen=True, slots=True)
class _State:
    score: Floats
    bias: Floats
    variance: Floats
    prior: float


def biases(ballots: Ballots, score: Floats) -> Floats:
    """How much each annotator's votes lie above the scores, on average."""
    return divide(ballots.per_annotator(ballots.level - score[ballots.region]), ballots.per_annotator())


def subtract_biases(ballots: Ballots) -> Recovered:
    """P.913 clause 12.4: means after each annotator's mean distance from the regions' means is taken away, once."""
    _check(ballots)
    bias = biases(ballots, ballots.means())
    score = divide(ballots.per_region(ballots.level - bias[ballots.annotator]), ballots.per_region())
    left = ballots.level - bias[ballots.annotator] - score[ballots.region]
    variance = _variances(ballots, left)
    state = _State(score, bias, variance, 0.0)
    return _recovered(ballots, state, prior_votes=0.0, passes=1, converged=True)


def project(ballots: Ballots, prior_votes: float = PRIOR_VOTES, prior_variance: float | None = None) -> Recovered:
    """Alternating projection. The prior variance is the median annotator's unless given (the pooled one of fewer than 5), and
    LEAST_VARIANCE at least.

    Raises ValueError when a region has no vote or the prior is negative.
    """
    _check(ballots)
    if prior_votes < 0:
        raise ValueError("The prior is worth 0 votes or more.")
    score = ballots.means()
    prior = prior_variance
    if prior is None:
        prior = _typical(ballots) if prior_votes else 0.0
    state = _State(score, biases(ballots, score), np.ones(ballots.annotators), prior)
    for passes in range(1, MOST_PASSES + 1):
        before, state = state, _turn(ballots, state, prior_votes)
        if np.linalg.norm(state.score - before.score) < STILL:
            return _recovered(ballots, _centred(ballots, state), prior_votes, passes, converged=True)
    return _recovered(ballots, _centred(ballots, state), prior_votes, MOST_PASSES, converged=False)


def project_exactly(ballots: Ballots) -> Recovered:
    """P.910 Annex E to the letter."""
    return project(ballots, prior_votes=0)


def _check(ballots: Ballots) -> None:
    if not (ballots.per_region() > 0).all() or not len(ballots):
        raise ValueError("Every region needs a vote before scores can be recovered.")


def _turn(ballots: Ballots, state: _State, prior_votes: float) -> _State:
    """Variances from what is left, scores from the variances, biases from the scores."""
    votes = ballots.per_annotator()
    unbiased = ballots.level - state.bias[ballots.annotator]
    raw = _variances(ballots, unbiased - state.score[ballots.region])
    variance = divide(votes * raw + prior_votes * state.prior, votes + prior_votes)
    weight = (1 / (variance + STILL))[ballots.annotator]
    score = ballots.per_region(weight * unbiased) / ballots.per_region(weight)
    return _State(score, biases(ballots, score), variance, state.prior)


def _variances(ballots: Ballots, left: Floats) -> Floats:
    """Each annotator's population variance of the residuals."""
    votes = ballots.per_annotator()
    middle = divide(ballots.per_annotator(left), votes)
    return divide(ballots.per_annotator((left - middle[ballots.annotator]) ** 2), votes)


def _typical(ballots: Ballots) -> float:
    """The median annotator's variance about unweighted scores and biases."""
    votes, counts = ballots.per_annotator(), ballots.per_region()
    score, bias = ballots.means(), np.zeros(ballots.annotators)
    for _ in range(MOST_PASSES):
        before, bias = score, biases(ballots, score)
        score = ballots.per_region(ballots.level - bias[ballots.annotator]) / counts
        if np.linalg.norm(score - before) < STILL:
            break
    raw = _variances(ballots, ballots.level - score[ballots.region])
    pooled = votes[votes > 0].size < _FEW_ANNOTATORS
    typical = float(raw @ votes / votes.sum()) if pooled else float(np.median(raw[votes > 0]))
    return max(typical, LEAST_VARIANCE)


def _centred(ballots: Ballots, state: _State) -> _State:
    """Biases with the mean 0 over the people who voted."""
    active = ballots.per_annotator() > 0
    middle = float(state.bias[active].mean())
    return _State(state.score + middle, np.where(active, state.bias - middle, 0.0), state.variance, state.prior)


def _recovered(ballots: Ballots, state: _State, prior_votes: float, passes: int, *, converged: bool) -> Recovered:
    votes = ballots.per_annotator()
    variance = np.where(votes > 0, state.variance, state.prior)
    left = ballots.level - state.bias[ballots.annotator] - state.score[ballots.region]
    counts = ballots.per_region()
    middle = divide(ballots.per_region(left), counts)
    spread = divide(ballots.per_region((left - middle[ballots.region]) ** 2), counts)
    half = quantiles_of_t(votes + prior_votes - 1) * np.sqrt(divide(variance, votes))
    low, high = bounds_of_sd(np.sqrt(variance), votes + prior_votes)
    return Recovered(
        score=state.score,
        error=1 / np.sqrt(ballots.per_region((1 / (variance + STILL))[ballots.annotator])),
        error_of_votes=np.sqrt(divide(spread, counts)),
        bias=state.bias,
        bias_low=state.bias - half,
        bias_high=state.bias + half,
        inconsistency=np.sqrt(variance),
        inconsistency_low=low,
        inconsistency_high=high,
        votes=votes,
        prior_votes=prior_votes,
        prior_sd=math.sqrt(state.prior) if prior_votes else 0.0,
        passes=passes,
        converged=converged,
        perfect=tuple(int(one) for one in np.flatnonzero((votes > 0) & (variance < _PERFECT))),
    )


def quantiles_of_t(degrees: Floats) -> Floats:
    from scipy.special import stdtrit  # slow import

    return np.asarray(stdtrit(np.maximum(degrees, 1), 0.975))


def bounds_of_sd(sd: Floats, votes: Floats) -> tuple[Floats, Floats]:
    """From the chi-squared distribution, with as many degrees of freedom as votes (sureal's formula)."""
    from scipy.special import chdtri  # slow import

    degrees = np.maximum(votes, 1)
    low, high = (sd * np.sqrt(degrees / chdtri(degrees, tail)) for tail in (0.025, 0.975))
    return np.asarray(low), np.asarray(high)
