"""Simulated annotators: each with a bias and an inconsistency of their own around the hidden truth."""

import random
from dataclasses import dataclass

from annotation.opinion import SCALES, TOP_LEVEL
from webapp.demo.truth import Truth

BIAS_SD = 0.3
LEAST_INCONSISTENCY, MOST_INCONSISTENCY = 0.35, 0.8


@dataclass(frozen=True, slots=True)
class Person:
    """`bias` is added to the truth of each scale, `inconsistency` is the sd of what changes from vote to vote."""

    name: str
    seed: int
    bias: dict[str, float]
    inconsistency: float


def make_person(name: str, seed: int) -> Person:
    chance = random.Random(f"{seed}:{name}")
    lenience = chance.gauss(0, BIAS_SD)
    bias = {scale: lenience + chance.gauss(0, BIAS_SD / 2) for scale in SCALES}
    return Person(name, seed, bias, chance.uniform(LEAST_INCONSISTENCY, MOST_INCONSISTENCY))


def opine(person: Person, truth: Truth, region_id: int) -> dict[str, int]:
    """The eight levels this person says; the same whenever they are asked about the same region."""
    chance = random.Random(f"{person.seed}:{person.name}:{region_id}")
    return {scale: _level(person, scale, truth[scale], chance) for scale in SCALES}


def _level(person: Person, scale: str, truth: float, chance: random.Random) -> int:
    said = truth + person.bias[scale] + chance.gauss(0, person.inconsistency)
    return min(TOP_LEVEL[scale], max(0, round(said)))
