"""Which seats come next: a fixed share by chance, the others where the model is unsure of something it has not just chosen."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_NOTHING = 1e-9  # a rounding error is no reason to look at a region


@dataclass(frozen=True, slots=True)
class Sample:
    """Seats to draw from: arrays with a row for each.

    `choosable`: the model may choose it. `uncertainty`: 0 to 1. `said`: the model's probabilities, NaN where it said
    nothing. `images`: the image's number.
    """

    choosable: Flags
    uncertainty: Floats
    said: Floats
    images: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Draw:
    """`place` is the seat's row in the sample; `probability` that of being drawn at this draw, by chance or by the model."""

    place: int
    by_model: bool
    probability: float


def draw_seats(sample: Sample, *, count: int, random_share: float, seed: int) -> list[Draw]:
    """Up to `count` seats in the order of their turns. The same seed gives the same draws.

    At least `random_share` of them are uniform over all that is left; which ones is itself drawn. The others are in
    proportion to uncertainty x (1 - greatest cosine similarity to what was drawn before).
    """
    chance = np.random.default_rng(seed)
    by_chance = _by_chance(min(count, len(sample.choosable)), random_share, chance)
    share = float(by_chance.mean()) if by_chance.size else 1.0
    directions = directions_of(sample.said)
    left, similarity = np.ones(len(sample.choosable), bool), np.zeros(len(sample.choosable))
    draws = []
    for random_now in by_chance:
        weights = weights_of(sample, similarity, left)
        by_model = not random_now and bool(weights.any())
        odds = mixture(left, weights, 0.0 if by_model else 1.0)
        place = int(chance.choice(len(left), p=odds))
        draws.append(Draw(place, by_model, min(float(mixture(left, weights, share)[place]), 1.0)))
        left[place] = False
        similarity = _nearer(similarity, directions @ directions[place], sample.images == sample.images[place])
    return draws


def weights_of(sample: Sample, similarity: Floats, left: Flags) -> Floats:
    """How much the model wants each seat; 0 for what it may not choose and what is drawn already."""
    wanted = np.where(sample.choosable & left, sample.uncertainty * (1 - similarity), 0.0)
    return np.where(wanted > _NOTHING, wanted, 0.0)


def mixture(left: Flags, weights: Floats, share: float) -> Floats:
    """The probability of each seat at one draw: `share` uniform over what is left, the rest by weight.

    Where no seat has a weight all of it is uniform.
    """
    odds: Floats = left / left.sum()
    total = float(weights.sum())
    if total > 0:
        odds = share * odds + (1 - share) * weights / total
    return odds


def directions_of(said: Floats) -> Floats:
    """Unit vectors of what sets each answer apart from the sample's mean answer; zero where there is none."""
    known: Flags = ~np.isnan(said[:, 0])
    if not known.any():
        return np.zeros_like(said)
    apart = np.where(known.reshape(-1, 1), said - said[known].mean(axis=0), 0.0)
    lengths = np.linalg.norm(apart, axis=1, keepdims=True)
    directions: Floats = np.divide(apart, lengths, out=np.zeros_like(apart), where=lengths > _NOTHING)
    return directions


def _by_chance(count: int, random_share: float, chance: np.random.Generator) -> Flags:
    """Which of the draws are random: not fewer than the share, in random order."""
    least = math.ceil(random_share * count - _NOTHING)
    flags: Flags = chance.permutation(np.arange(count) < least)
    return flags


def _nearer(similarity: Floats, to_drawn: Floats, same_image: Flags) -> Floats:
    """The greatest similarity so far, never below 0; a region of the same image counts as the same."""
    nearest: Floats = np.where(same_image, 1.0, np.maximum(similarity, to_drawn))
    return nearest
