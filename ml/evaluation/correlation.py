"""How well scores follow people's scores: by order (SROCC) and by value (PLCC), without a fitted curve between them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = Sequence[float] | Floats


def srocc(truth: Numbers, predicted: Numbers) -> float:
    """Spearman's rank correlation, ties at their mean rank; 0 where either side tells nothing apart."""
    return plcc(ranks(truth), ranks(predicted))


def plcc(truth: Numbers, predicted: Numbers) -> float:
    """Pearson's correlation of the raw values; 0 where either side is constant or there are fewer than two."""
    x, y = (_centred(values) for values in (truth, predicted))
    size = float(np.linalg.norm(x) * np.linalg.norm(y))
    return float(np.clip(x @ y / size, -1.0, 1.0)) if size > 0.0 else 0.0


def ranks(values: Numbers) -> Floats:
    """From 1, ties at their mean; none has one where one is no number. For some dozen values much sooner than scipy's."""
    numbers = np.asarray(values, dtype=np.float64)
    if np.isnan(numbers).any():
        return np.full_like(numbers, np.nan)
    order = numbers.argsort()
    ordered, places = numbers[order], np.empty_like(numbers)
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    ends = np.append(starts[1:], numbers.size)
    places[order] = np.repeat((starts + ends + 1) / 2, ends - starts)
    return places


def _centred(values: Numbers) -> Floats:
    """The values less their mean; exactly zero where they are all the same, whatever the mean rounds to."""
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.size == 0 or np.ptp(numbers) == 0.0:
        return np.zeros_like(numbers)
    centred: Floats = numbers - numbers.mean()
    return centred
