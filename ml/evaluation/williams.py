"""Williams' t: are two correlations with the same people different, when both models saw the same regions?

r12 is the new model with people, r13 the old model with people, r23 the new with the old; n - 3 degrees of freedom. It
takes regions as independent, which regions of one photograph are not: beside the bootstrap it is a cross-check.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from ml.evaluation.correlation import Floats, Numbers, plcc, ranks


@dataclass(frozen=True, slots=True)
class Williams:
    """`t` is above 0 where the new model is better; `p_better` is one-sided, `p_different` two-sided."""

    t: float
    p_better: float
    p_different: float


def williams(n: int, r12: float, r13: float, r23: float) -> Williams | None:
    """None where there is no such test: three regions or fewer, or correlations that cannot occur together."""
    if n <= 3 or not all(-1.0 <= r <= 1.0 for r in (r12, r13, r23)):
        return None
    if r12 == r13:
        return Williams(0.0, 0.5, 1.0)
    determinant = 1.0 - r12**2 - r13**2 - r23**2 + 2.0 * r12 * r13 * r23
    variance = 2.0 * (n - 1) / (n - 3) * determinant + ((r12 + r13) / 2.0) ** 2 * (1.0 - r23) ** 3
    if variance <= 0.0:
        return None
    t = (r12 - r13) * math.sqrt((n - 1) * (1.0 + r23) / variance)
    return Williams(t, float(stdtr(n - 3, -t)), float(2.0 * stdtr(n - 3, -abs(t))))


def of_values(people: Numbers, old: Numbers, new: Numbers) -> Williams | None:
    """On PLCC. None also where one of the three is the same for all regions, or is not a number."""
    sides = [np.asarray(side, dtype=np.float64) for side in (people, old, new)]
    if any(not _tells_apart(side) for side in sides):
        return None
    x, before, after = sides
    return williams(len(x), plcc(x, after), plcc(x, before), plcc(after, before))


def of_ranks(people: Numbers, old: Numbers, new: Numbers) -> Williams | None:
    """On SROCC; otherwise as `of_values`."""
    return of_values(*(ranks(side) for side in (people, old, new)))


def _tells_apart(side: Floats) -> bool:
    return bool(side.size and np.isfinite(side).all() and np.ptp(side) > 0.0)
