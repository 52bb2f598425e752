"""Ridge regression in closed form: the baseline that a network has to beat on the same statistics."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ALPHAS = tuple(float(alpha) for alpha in np.logspace(-2, 6, 17))
FOLDS = 5


@dataclass(frozen=True)
class Standard:
    """Columns brought to mean 0 and deviation 1; constant ones to 0."""

    mean: Floats
    scale: Floats

    @classmethod
    def of(cls, x: Floats) -> "Standard":
        deviation = x.std(axis=0)
        return cls(x.mean(axis=0), np.where(deviation > 1e-8, deviation, np.inf))

    def __call__(self, x: Floats) -> Floats:
        standard: Floats = (x - self.mean) / self.scale
        return standard


@dataclass(frozen=True)
class Ridge:
    standard: Standard
    weights: Floats
    offset: float
    alpha: float

    def predict(self, x: Floats) -> Floats:
        """N numbers for N x D statistics."""
        predicted: Floats = self.standard(x) @ self.weights + self.offset
        return predicted


def fit_ridge(x: Floats, y: Floats, groups: Sequence[str], alphas: Sequence[float] = ALPHAS) -> Ridge:
    """`x` N x D, `y` N; the alpha with the least squared error on groups left out (a group is never divided)."""
    errors = np.zeros(len(alphas))
    for train, test in folds(groups):
        errors += ((_path(x[train], y[train], x[test], alphas) - y[test]) ** 2).sum(axis=1)
    alpha = alphas[int(errors.argmin())]
    standard = Standard.of(x)
    z = standard(x)
    weights = np.linalg.solve(z.T @ z + alpha * np.eye(z.shape[1]), z.T @ (y - y.mean()))
    return Ridge(standard, weights, float(y.mean()), alpha)


def folds(groups: Sequence[str], count: int = FOLDS) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Rows to fit on and rows to look at, up to `count` times; the groups in order of name go round the folds.

    Raises ValueError for a single group: nothing could be left out.
    """
    names, members = np.unique(np.asarray(groups), return_inverse=True)
    if len(names) < 2:
        raise ValueError(f"choosing by groups left out takes at least two groups, not {list(names)}")
    count = min(count, len(names))
    for fold in range(count):
        out = members % count == fold
        yield np.flatnonzero(~out), np.flatnonzero(out)


def _path(x: Floats, y: Floats, new: Floats, alphas: Sequence[float]) -> Floats:
    """A x N predictions for `new`, one row for each alpha, from one singular value decomposition."""
    standard = Standard.of(x)
    left, sizes, right = np.linalg.svd(standard(x), full_matrices=False)
    seen, target = standard(new) @ right.T, left.T @ (y - y.mean())
    shrunk = [seen @ (sizes / (sizes**2 + alpha) * target) for alpha in alphas]
    return np.asarray(np.stack(shrunk) + y.mean())
