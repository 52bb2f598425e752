"""Ridge regression with a Gaussian kernel: as much as can be had from statistics of a few thousand photographs."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.spatial.distance import cdist
from scipy.special import ndtri

from ml.evaluation.correlation import ranks
from ml.evaluation.ridge import Floats, folds

WIDTHS = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Of the kernel, in mean squared distance per statistic."""
ALPHAS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)


@dataclass(frozen=True)
class Ranks:
    """Each column as the normal deviate of its rank among known values, so that no odd number is far from all others."""

    ordered: Floats

    @classmethod
    def of(cls, x: Floats) -> "Ranks":
        return cls(np.sort(x, axis=0))

    def __call__(self, x: Floats) -> Floats:
        columns = zip(self.ordered.T, x.T, strict=True)
        return np.stack([_deviates(known, values) for known, values in columns], axis=1)


@dataclass(frozen=True)
class KernelRidge:
    ranks: Ranks
    known: Floats
    weights: Floats
    offset: float
    width: float
    alpha: float

    def predict(self, x: Floats) -> Floats:
        """N numbers for N x D statistics."""
        return np.asarray(_kernel(self.ranks(x), self.known, self.width) @ self.weights + self.offset)


def fit_kernel_ridge(x: Floats, y: Floats, groups: Sequence[str]) -> KernelRidge:
    """`x` N x D, `y` N; the width and alpha with the least squared error on groups left out. Time grows with N cubed."""
    ranks = Ranks.of(x)
    z = ranks(x)
    errors = dict.fromkeys(product(WIDTHS, ALPHAS), 0.0)
    for width in WIDTHS:
        kernel = _kernel(z, z, width)
        for train, test in folds(groups):
            path = _path(kernel[np.ix_(train, train)], y[train], kernel[np.ix_(test, train)])
            for alpha, predicted in zip(ALPHAS, path, strict=True):
                errors[width, alpha] += float(((predicted - y[test]) ** 2).sum())
    width, alpha = min(errors, key=lambda choice: errors[choice])
    weights = np.linalg.solve(_kernel(z, z, width) + alpha * np.eye(len(z)), y - y.mean())
    return KernelRidge(ranks, z, weights, float(y.mean()), width, alpha)


def _deviates(known: Floats, values: Floats) -> Floats:
    """Ties of `known` at their mean rank, between two of them in proportion; a constant column to 0."""
    if known[0] == known[-1]:
        return np.zeros(len(values))
    levels, first = np.unique(known, return_index=True)
    places = ranks(known)[first]
    return np.asarray(ndtri((np.interp(values, levels, places) - 0.5) / len(known)))


def _kernel(a: Floats, b: Floats, width: float) -> Floats:
    return np.asarray(np.exp(-cdist(a, b, "sqeuclidean") / (2.0 * width * a.shape[1])))


def _path(kernel: Floats, y: Floats, new: Floats) -> Floats:
    """Predictions for the rows of `new`, one row for each of ALPHAS, from one eigenvalue decomposition."""
    sizes, vectors = np.linalg.eigh(kernel)
    target, seen = vectors.T @ (y - y.mean()), new @ vectors
    return np.asarray(np.stack([seen @ (target / (sizes + alpha)) for alpha in ALPHAS]) + y.mean())
