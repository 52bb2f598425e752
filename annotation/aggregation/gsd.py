"""Votes that people would give: the generalised score distribution, fixed by the mean and the variance.

Janowski, Cmiel, Rusek, Nawala and Li, "Generalized score distribution" (2019). Levels 0 to 4 here, 1 to 5 there. Between the
least variance whole levels allow and that of a coin it mixes the former with the binomial; above it is beta-binomial.
"""

import numpy as np

from annotation.aggregation.ballots import Floats
from annotation.aggregation.labels import SCORE_TOP

_BINOMIAL = np.array([1.0, 4.0, 6.0, 4.0, 1.0])
_LEVELS = np.arange(SCORE_TOP + 1)
_EDGE = 1e-9


def rho_of(mean: Floats, variance: Floats) -> Floats:
    """From 0, all votes at the ends, to 1, the least variance; clipped to what a distribution can have."""
    most, least = _most_variance(mean), _least_variance(mean)
    room = np.where(most - least > _EDGE, most - least, 1.0)
    return np.asarray(np.clip((most - variance) / room, 1e-6, 1.0))


def probabilities(mean: Floats, rho: Floats) -> Floats:
    """Of the five levels, a row for each mean."""
    inner = np.clip(np.asarray(mean, float), 1e-6, SCORE_TOP - 1e-6)
    turn = 0.75 * _most_variance(inner) / np.maximum(_most_variance(inner) - _least_variance(inner), _EDGE)
    steady = rho >= turn
    mixed = _mixed(inner, np.where(steady, rho, 1.0), np.minimum(turn, 1.0))
    return np.where(steady[:, None], mixed, _beta_binomial(inner, rho, turn))


def votes_of_sos(mean: Floats, sos: float) -> Floats:
    """Probabilities of levels for regions of these means in a panel with this SOS parameter."""
    return probabilities(mean, rho_of(mean, sos * _most_variance(mean)))


def _most_variance(mean: Floats) -> Floats:
    return np.asarray(mean * (SCORE_TOP - mean))


def _least_variance(mean: Floats) -> Floats:
    return np.asarray((np.ceil(mean) - mean) * (mean - np.floor(mean)))


def _mixed(mean: Floats, rho: Floats, turn: Floats) -> Floats:
    """The two nearest levels and the binomial."""
    share = np.where(turn < 1 - _EDGE, (rho - turn) / np.maximum(1 - turn, _EDGE), 0.0)[:, None]
    near = np.maximum(1 - np.abs(_LEVELS[None, :] - mean[:, None]), 0.0)
    up = (mean / SCORE_TOP)[:, None]
    return np.asarray(share * near + (1 - share) * _BINOMIAL * up**_LEVELS * (1 - up) ** (SCORE_TOP - _LEVELS))


def _beta_binomial(mean: Floats, rho: Floats, turn: Floats) -> Floats:
    up, down, step = mean * rho / SCORE_TOP, (SCORE_TOP - mean) * rho / SCORE_TOP, np.maximum(turn - rho, 0.0)
    rows = [
        _BINOMIAL[level] * _rising(up, step, level) * _rising(down, step, SCORE_TOP - level)
        for level in range(SCORE_TOP + 1)
    ]
    return np.asarray(np.stack(rows, axis=1) / _rising(rho, step, SCORE_TOP)[:, None])


def _rising(start: Floats, step: Floats, factors: int) -> Floats:
    product = np.ones(len(start))
    for factor in range(factors):
        product = product * (start + factor * step)
    return product
