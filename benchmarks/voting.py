"""Simulated people for benchmarks: what they think of a region, and how seven of them vote on it."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ml.records.region import RegionRecord
from ml.synthesis.calibration import CLEAN_ABOVE
from ml.vocabulary import DISTORTIONS

ANNOTATORS, VOTES = 24, 7
BIAS_SD, LEAST_INCONSISTENCY, MOST_INCONSISTENCY = 0.3, 0.35, 0.8
"""As the demonstration simulates people."""
NON_EXISTENT = 5
TOP = 4.0
SCALES = (*DISTORTIONS, "quality", "importance")
LIGHT_AND_COLOUR: Final[Mapping[str, float]] = {
    "exposure": 2.0,
    "contrast": 2.0,
    "colorfulness": 1.0,
    "blur": 0.3,
    "noise": 0.1,
    "compression": 0.1,
}
"""How much each distortion counts with people who look at light and colour, where the full-reference metric looks at
detail: 1 is as the metric has it, 0 forgives everything."""


@dataclass(frozen=True)
class Annotator:
    """`bias` is added to the truth of each scale; `inconsistency` is the deviation of what changes from vote to vote."""

    bias: Mapping[str, float]
    inconsistency: float


def annotators(seed: int) -> list[Annotator]:
    chance = random.Random(f"{seed}:annotators")
    return [annotator(chance) for _ in range(ANNOTATORS)]


def annotator(chance: random.Random) -> Annotator:
    lenience = chance.gauss(0, BIAS_SD)
    bias = {scale: lenience + chance.gauss(0, BIAS_SD / 2) for scale in SCALES}
    return Annotator(bias, chance.uniform(LEAST_INCONSISTENCY, MOST_INCONSISTENCY))


def otherwise(truth: RegionRecord) -> RegionRecord:
    """The region as people see it who look at light and colour, and for whom what lies in the middle matters."""
    left = {name: severity for name, severity in truth.distortions.items() if severity is not None}
    shares = [(CLEAN_ABOVE * severity / TOP) ** LIGHT_AND_COLOUR[name] for name, severity in left.items()]
    importance = (truth.importance + TOP * centrality(truth)) / 2
    return replace(truth, quality=TOP * float(np.prod(shares)), importance=importance)


def centrality(record: RegionRecord) -> float:
    """1 in the middle of the picture .. 0 in a corner."""
    half = np.array(record.size) / 2
    away = (np.argwhere(record.mask()).mean(axis=0) - half) / half
    return 1.0 - float(np.hypot(*away)) / 2**0.5


def voted(truth: RegionRecord, people: Sequence[Annotator], seed: int) -> RegionRecord:
    """The record as seven of the people see it: means of their votes, and the majority on whether a type is there."""
    chance = random.Random(f"{seed}:{truth.id}")
    asked = chance.sample(people, VOTES)
    votes = {scale: [vote(person, scale, level(truth, scale), chance) for person in asked] for scale in SCALES}
    found = {
        name: float(np.mean([v for v in votes[name] if v != NON_EXISTENT]))
        for name in DISTORTIONS
        if 2 * votes[name].count(NON_EXISTENT) <= VOTES
    }
    quality, importance = (float(np.mean(votes[scale])) for scale in ("quality", "importance"))
    return replace(truth, quality=quality, importance=importance, distortions=found)


def vote(person: Annotator, scale: str, truth: float, chance: random.Random) -> int:
    said = truth + person.bias[scale] + chance.gauss(0, person.inconsistency)
    return min(NON_EXISTENT if scale in DISTORTIONS else 4, max(0, round(said)))


def level(truth: RegionRecord, scale: str) -> float:
    if scale in DISTORTIONS:
        severity = truth.distortions.get(scale)
        return float(NON_EXISTENT) if severity is None else severity
    return truth.quality if scale == "quality" else truth.importance
