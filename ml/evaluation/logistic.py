"""Logistic regressions by L-BFGS: the baseline for distortion types."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

from ml.evaluation.ridge import Floats, Standard, folds

ALPHAS = (1.0, 10.0, 100.0, 1000.0)
"""Strengths of the penalty alpha / 2 * |weights|^2, against the summed log loss; the offsets are free."""
ROUGHLY, EXACTLY = 1e-5, 1e-8
"""The relative gain of a step at which fitting ends: to choose a penalty, and with the chosen one."""
Classes = NDArray[np.intp]


@dataclass(frozen=True)
class Logistic:
    """`weights` is (D + 1) x K, the last row the offsets."""

    standard: Standard
    weights: Floats
    alpha: float

    def probabilities(self, x: Floats) -> Floats:
        """N x K for N x D statistics."""
        shares: Floats = softmax(_with_ones(self.standard(x)) @ self.weights, axis=1)
        return shares


def fit_logistic(
    x: Floats, classes: Classes, count: int, groups: Sequence[str], alphas: Sequence[float] = ALPHAS
) -> Logistic:
    """`classes` N of 0..count - 1; the alpha with the least log loss on groups left out."""
    losses = np.sum([_losses_left_out(x, classes, count, fold, alphas) for fold in folds(groups)], axis=0)
    return _fit(x, classes, count, alphas[int(np.argmin(losses))])


def _losses_left_out(
    x: Floats, classes: Classes, count: int, fold: tuple[Classes, Classes], alphas: Sequence[float]
) -> list[float]:
    """One for each alpha. From the strongest penalty on, each fit starts where the one before ended."""
    train, test = fold
    losses, start = dict.fromkeys(alphas, 0.0), None
    for alpha in sorted(alphas, reverse=True):
        fitted = _fit(x[train], classes[train], count, alpha, start, ROUGHLY)
        shares, start = fitted.probabilities(x[test]), fitted.weights
        losses[alpha] = float(-np.log(np.maximum(shares[np.arange(len(test)), classes[test]], 1e-12)).sum())
    return [losses[alpha] for alpha in alphas]


def _fit(
    x: Floats, classes: Classes, count: int, alpha: float, start: Floats | None = None, exactness: float = EXACTLY
) -> Logistic:
    standard = Standard.of(x)
    z = _with_ones(standard(x))
    wanted = np.eye(count)[classes]
    shape = (z.shape[1], count)

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(shape)
        logits = z @ weights
        penalised = weights * np.append(np.ones(shape[0] - 1), 0.0)[:, None]
        value = -(wanted * log_softmax(logits, axis=1)).sum() + 0.5 * alpha * (penalised**2).sum()
        slope = z.T @ (softmax(logits, axis=1) - wanted) + alpha * penalised
        return float(value), slope.ravel()

    begin = np.zeros(shape) if start is None else start
    found = minimize(loss, begin.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 500, "ftol": exactness})
    return Logistic(standard, np.asarray(found.x).reshape(shape), alpha)


def _with_ones(z: Floats) -> Floats:
    return np.hstack([z, np.ones((len(z), 1))])
