"""A second opinion on classes: Dawid and Skene (1979), smoothed so that few votes cannot make anybody infallible.

EM over each annotator's confusion matrix. Every row starts as if PRIOR_VOTES earlier votes had been right PRIOR_ACCURACY of
the time. Of two classes, who is wrong more often than right says nothing: their votes are not evidence for the opposite.
"""

from dataclasses import dataclass

import numpy as np

from annotation.aggregation.ballots import Ballots, Floats, Integers, sums_by

PRIOR_VOTES, PRIOR_ACCURACY = 4.0, 0.8
MOST_PASSES = 500
STILL = 1e-9


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """`classes` has each region's probabilities (regions x classes), `confusion` each annotator's (annotators x true x said).

    `log_likelihood` has a number for each pass, that of the prior included: it never falls.
    """

    classes: Floats
    prior: Floats
    confusion: Floats
    log_likelihood: tuple[float, ...]
    converged: bool

    @property
    def passes(self) -> int:
        return len(self.log_likelihood)


def second_opinion(
    ballots: Ballots,
    classes: int,
    prior_votes: float = PRIOR_VOTES,
    accuracy: float = PRIOR_ACCURACY,
    *,
    inverts: bool = False,
) -> SecondOpinion:
    """Levels are classes counted from 0. Starts at the vote shares. Raises ValueError for a level that is no class.

    Without prior votes, and where a contrary annotator's votes may count for the opposite (`inverts`), it is the plain form,
    for comparisons.
    """
    said = ballots.level.astype(np.int64)
    if classes < 2 or (said != ballots.level).any() or (len(said) and not 0 <= said.min() <= said.max() < classes):
        raise ValueError(f"Every level needs to be a whole number from 0 to {classes - 1}.")
    earlier = _earlier(classes, prior_votes, accuracy)
    history: list[float] = []
    likely, still = _shares(ballots, said, classes), False
    while len(history) < MOST_PASSES and not still:
        before = likely
        prior, counts = likely.mean(axis=0), _counts(ballots, said, likely, earlier)
        confusion = _shares_of(counts if inverts or classes > 2 else _never_against(counts))
        likely, fit = _expect(ballots, said, prior, confusion)
        history.append(fit + float((earlier * _log(confusion)).sum()))
        still = bool(np.abs(likely - before).max(initial=0.0) < STILL)
    return SecondOpinion(likely, prior, confusion, tuple(history), still)


def _earlier(classes: int, votes: float, accuracy: float) -> Floats:
    """Votes that nobody cast: right ones on the diagonal, the others' share spread over the rest."""
    wrong = votes * (1 - accuracy) / (classes - 1)
    return np.asarray(np.full((classes, classes), wrong) + np.eye(classes) * (votes * accuracy - wrong))


def _shares(ballots: Ballots, said: Integers, classes: int) -> Floats:
    """Of each region's votes; a region without any may be anything."""
    counts = sums_by(ballots.region * classes + said, ballots.regions * classes).reshape(-1, classes)
    votes = counts.sum(axis=1, keepdims=True)
    return np.where(votes > 0, counts / np.maximum(votes, 1), 1 / classes)


def _counts(ballots: Ballots, said: Integers, likely: Floats, earlier: Floats) -> Floats:
    """How often each annotator says what of each true class, earlier votes included."""
    classes = likely.shape[1]
    cell, cells = ballots.annotator * classes + said, ballots.annotators * classes
    columns = [sums_by(cell, cells, likely[ballots.region, true]) for true in range(classes)]
    return np.stack(columns, axis=1).reshape(ballots.annotators, classes, classes).transpose(0, 2, 1) + earlier


def _never_against(counts: Floats) -> Floats:
    """Of two classes: whoever says a class rather when it is not there gets the same row for both.

    That is the likeliest matrix among those in which being right is no rarer than by chance, so the likelihood still rises.
    """
    rows = _shares_of(counts)
    contrary = rows[:, 0, 0] + rows[:, 1, 1] < 1
    return np.where(contrary[:, None, None], counts.sum(axis=1, keepdims=True), counts)


def _shares_of(counts: Floats) -> Floats:
    total = counts.sum(axis=2, keepdims=True)
    return np.where(total > 0, counts / np.where(total > 0, total, 1), 1 / counts.shape[2])


def _expect(ballots: Ballots, said: Integers, prior: Floats, confusion: Floats) -> tuple[Floats, float]:
    """Each region's classes, and the log-likelihood of the votes."""
    logs = _log(confusion)
    columns = [ballots.per_region(logs[ballots.annotator, true, said]) for true in range(len(prior))]
    joint = np.stack(columns, axis=1) + _log(prior)
    peak = joint.max(axis=1, keepdims=True)
    weight = np.exp(joint - peak)
    total = weight.sum(axis=1, keepdims=True)
    return np.asarray(weight / total), float((peak + np.log(total)).sum())


def _log(shares: Floats) -> Floats:
    """Of a share that is 0 a number that stays one when it is multiplied by 0."""
    return np.asarray(np.log(np.maximum(shares, 1e-300)))
