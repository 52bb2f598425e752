"""How far variance components move when other photographs had been shown: a jackknife over pieces of the study.

The photographs are dealt into at most PIECES pieces by chance, and the components are looked for anew without each, by one
step of Newton from where they were: a piece is a small part, and the whole costs once or twice what finding them does. Regions
of one photograph go together, so nothing is assumed of how alike they are, nor that votes are normal. People are random too:
their part comes from the curvature of the restricted likelihood in the logarithm of their variance.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from annotation.aggregation.ballots import Ballots, Flags, Floats, Integers
from annotation.aggregation.mixed_model import Equations, solve, without

PIECES = 25
LEAST_PIECES = 5
"""Fewer photographs say nothing of how much photographs matter."""
_FAR = 2.0
"""No step of Newton goes further, in logs."""


@dataclass(frozen=True, slots=True)
class Spread:
    """`left_out` has a row for each piece: the logs of the three variances without it.

    `of_people` is the variance of the log of the annotators' variance.
    """

    left_out: Floats
    of_people: float

    def half_width(self, values: Floats, share: float) -> float:
        """Half of a number's 95 % interval.

        `values` are what it is without each piece, `share` its slope in the log of the annotators' variance.
        """
        from scipy.special import stdtrit  # slow import

        count = len(values)
        variance = (count - 1) / count * float(((values - values.mean()) ** 2).sum()) + share**2 * self.of_people
        return float(stdtrit(count - 1, 0.975)) * math.sqrt(variance)


def pieces(ballots: Ballots, image: Integers | None, seed: int) -> Iterator[Ballots]:
    """The votes on each piece's photographs, on its regions where photographs are not known."""
    voted = np.flatnonzero(ballots.per_region() > 0)
    names, own = np.unique(voted if image is None else image[voted], return_inverse=True)
    count = min(PIECES, len(names))
    if count < LEAST_PIECES:
        return
    piece = np.full(ballots.regions, -1)
    piece[voted] = np.random.default_rng(seed).permutation(len(names))[own.ravel()] % count
    for number in range(count):
        yield ballots.where(piece[ballots.region] == number)


def spread_of(equations: Equations, parts: Iterable[Equations], point: Floats, free: Flags) -> Spread | None:
    """`point` has the logs of the three variances; those that are not free count as 0. None where it cannot be told."""
    whole = _criterion(equations, point, free)
    curvature = curvature_of(whole, point[free])
    slopes = [slope_of(_criterion(without(equations, part), point, free), point[free]) for part in parts]
    if not slopes or np.linalg.eigvalsh(curvature)[0] <= 0:
        return None
    left = (len(slopes) - 1) / len(slopes)
    moved = np.linalg.solve(left * curvature, -np.array(slopes).T).T
    left_out = np.tile(point, (len(slopes), 1))
    left_out[:, free] += np.clip(moved, -_FAR, _FAR)
    of_people = 2 * np.linalg.inv(curvature)[1, 1] if free[:2].all() else 0.0
    return Spread(left_out, float(of_people))


def _criterion(equations: Equations, point: Floats, free: Flags) -> Callable[[Floats], float]:
    """Minus twice the restricted log-likelihood of the logs of the variances that are free."""

    def criterion(moved: Floats) -> float:
        spot = point.copy()
        spot[free] = moved
        determinant, left, spare = solve(equations, spot[:2] - spot[2])
        return float(determinant + spare * spot[2] + left / math.exp(spot[2]))

    return criterion


def slope_of(criterion: Callable[[Floats], float], point: Floats, step: float = 1e-3) -> Floats:
    return np.array([criterion(point + a) - criterion(point - a) for a in np.eye(len(point)) * step]) / (2 * step)


def curvature_of(criterion: Callable[[Floats], float], point: Floats, step: float = 1e-3) -> Floats:
    """Second derivatives by central differences."""
    steps = np.eye(len(point)) * step
    matrix = [
        [
            criterion(point + a + b) - criterion(point + a - b) - criterion(point - a + b) + criterion(point - a - b)
            for b in steps
        ]
        for a in steps
    ]
    return np.array(matrix) / (4 * step**2)
