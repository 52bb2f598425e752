"""Simulated experiments: people whose votes are pulled towards the guess by a known amount, and panels of known people."""

from dataclasses import dataclass

import numpy as np

from annotation.aggregation.anchoring import Looks
from annotation.aggregation.ballots import Ballots

TOP = 4


def rounders(
    seed: int, pull: float, *, regions: int = 300, votes: int = 7, people: int = 24, off: float = 0.7
) -> Looks:
    """Each goes `pull` of the way from their own opinion to the guess, then rounds. `off` is the model's error (sd)."""
    rng, (region, who) = np.random.default_rng(seed), _design(seed, regions, votes, people)
    truth = rng.uniform(0.3, TOP - 0.3, regions)
    guess = np.clip(np.round(truth + rng.normal(0, off, regions)), 0, TOP)[region]
    opinion = truth[region] + rng.normal(0, 0.3, people)[who] + rng.normal(0, 0.65, len(region))
    opinion = np.clip(opinion, 0, TOP)
    shown = rng.random(len(region)) < 0.5
    said = np.where(shown, opinion + pull * (guess - opinion), opinion)
    return Looks(region, who, shown, np.round(said), guess)


def believers(seed: int, pull: float, *, regions: int = 300, votes: int = 7, people: int = 24) -> Looks:
    """A distortion that most regions lack. People who see the guess say it outright with the probability `pull`."""
    rng, (region, who) = np.random.default_rng(seed), _design(seed, regions, votes, people)
    clean = rng.choice([0.95, 0.5, 0.1], regions, p=[0.6, 0.15, 0.25])
    severity = rng.uniform(0.5, 4, regions)

    def say(size: int, of: np.ndarray) -> np.ndarray:
        graded = np.clip(np.round(severity[of] + rng.normal(0, 0.8, size)), 0, 4)
        return np.where(rng.random(size) < clean[of], 5.0, graded)

    guess, opinion = say(regions, np.arange(regions))[region], say(len(region), region)
    shown = rng.random(len(region)) < 0.5
    swayed = shown & (rng.random(len(region)) < pull)
    return Looks(region, who, shown, np.where(swayed, guess, opinion), guess)


def _design(seed: int, regions: int, votes: int, people: int) -> tuple[np.ndarray, np.ndarray]:
    """Different people for the votes of one region."""
    drawn = np.random.default_rng([seed, 1]).random((regions, people)).argsort(axis=1)[:, :votes]
    return np.repeat(np.arange(regions), votes), drawn.ravel()


@dataclass(frozen=True, slots=True)
class Panel:
    """Votes of people whose bias and inconsistency (sd) is known, on regions whose score is."""

    ballots: Ballots
    truth: np.ndarray
    bias: np.ndarray
    sd: np.ndarray


def panel(*, seed: int, regions: int, annotators: int, votes: int, rounded: bool = True) -> Panel:
    """Biases have the mean 0 and the sd 0.3; typical votes the sd 0.65."""
    rng, (region, who) = np.random.default_rng([seed, 2]), _design(seed, regions, votes, annotators)
    truth, bias = rng.uniform(0.3, TOP - 0.3, regions), rng.normal(0, 0.3, annotators)
    bias -= bias.mean()
    sd = 0.65 * np.exp(rng.normal(0, 0.2, annotators))
    level = truth[region] + bias[who] + sd[who] * rng.normal(size=len(region))
    if rounded:
        level = np.clip(np.rint(level), 0, TOP)
    return Panel(Ballots(region, who, level, regions, annotators), truth, bias, sd)
