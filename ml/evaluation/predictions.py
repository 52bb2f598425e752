"""What a model says of a region, in the form that can be compared with people's labels."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ml.evaluation.sets import Labels, pairs_of, types_of
from ml.seagull.answers import Reading
from ml.vocabulary import CLEAN, SEVERITIES

PRESENT = 0.5
"""A distortion is said to be there when its probability is above this."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """`quality` and `importance` on 0..4. `types` is {clean} or distortions; empty where the answer was not readable.

    `pairs` holds "<severity> <type>" labels or clean; None where severities are not said at all. `flagged`: the answer
    contradicted itself. `distortions`: for each type the probabilities of extreme .. trivial and of none, where they are
    known; types and pairs were read from them, so they are not compared.
    """

    quality: float
    importance: float
    types: Labels
    pairs: Labels | None
    flagged: bool = False
    distortions: Mapping[str, tuple[float, ...]] | None = field(default=None, compare=False)


def from_presence(
    quality: float,
    importance: float,
    distortions: Mapping[str, tuple[float, ...]],
    threshold: float = PRESENT,
) -> Prediction:
    """`distortions`: for each type the probabilities of extreme .. trivial and of none, in this order, sum 1."""
    found = {name: _likeliest(shares) for name, shares in distortions.items() if 1.0 - shares[-1] > threshold}
    return Prediction(quality, importance, types_of(found), pairs_of(found), distortions=distortions)


def from_answer(quality: float, importance: float, said: Reading) -> Prediction:
    """Types and severities as a sentence names them; a type said without a severity is a pair that matches none."""
    clean = frozenset({CLEAN}) if said.clean else frozenset()
    types = frozenset(name for _, name in said.distortions) or clean
    pairs = frozenset(f"{severity or 'some'} {name}" for severity, name in said.distortions) or clean
    return Prediction(quality, importance, types, pairs, flagged=bool(said.flags))


def _likeliest(shares: tuple[float, ...]) -> str:
    return SEVERITIES[max(range(len(SEVERITIES)), key=lambda level: shares[level])]
