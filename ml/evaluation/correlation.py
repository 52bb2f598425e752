"""How well scores follow people's scores: by order (SROCC) and by value (PLCC), without a fitted curve between them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
Numbers = Sequence[float] | Floats


def srocc(truth: Numbers, predicted: Numbers) -> float:
    """Spearman's rank correlation, ties at their mean rank; 0 where either side tells nothing apart."""
    return plcc(stats.rankdata(truth), stats.rankdata(predicted))


def plcc(truth: Numbers, predicted: Numbers) -> float:
    """Pearson's correlation of the raw values; 0 where either side is constant or there are fewer than two."""
    x, y = (_centred(values) for values in (truth, predicted))
    size = float(np.linalg.norm(x) * np.linalg.norm(y))
    return float(np.clip(x @ y / size, -1.0, 1.0)) if size > 0.0 else 0.0


def _centred(values: Numbers) -> Floats:
    """The values less their mean; exactly zero where they are all the same, whatever the mean rounds to."""
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.size == 0 or np.ptp(numbers) == 0.0:
        return np.zeros_like(numbers)
    centred: Floats = numbers - numbers.mean()
    return centred
