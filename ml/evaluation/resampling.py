"""The same draws of photographs for two models at once: how the difference of their scores varies.

A draw is a number of times for each region, the same for all regions of a photograph, so that no rows are copied and
thousands of draws take seconds. Scores of a draw are exact, ties at their mean rank included.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Differences = Callable[[Floats], Floats]
"""B draws as B x N numbers of times -> B differences, new less old; NaN where a draw has none."""
CELLS = 500_000
"""Of a block of draws: what stays in a processor's cache is summed fastest."""


def differences(
    measures: Mapping[str, Differences], clusters: Sequence[str], *, rounds: int, seed: int
) -> dict[str, Floats]:
    """`rounds` differences for each measure, all on the same draws of clusters with replacement."""
    found: dict[str, list[Floats]] = {name: [] for name in measures}
    for times in _draws(clusters, rounds, seed):
        for name, measure in measures.items():
            found[name].append(measure(times))
    return {name: np.concatenate(blocks) for name, blocks in found.items()}


def of_order(people: Floats, old: Floats, new: Floats) -> Differences:
    """Of SROCC."""
    by_people, by_new, by_old = Ranks(people), Ranks(new), Ranks(old)

    def measure(times: Floats) -> Floats:
        wanted = by_people(times)
        return _correlations(times, wanted, by_new(times)) - _correlations(times, wanted, by_old(times))

    return measure


def of_means(old: Floats, new: Floats) -> Differences:
    """Of the means of what each region scored."""
    gained: Floats = new - old

    def measure(times: Floats) -> Floats:
        mean: Floats = times @ gained / times.sum(axis=1)
        return mean

    return measure


def of_f1(people: NDArray[np.bool_], old: NDArray[np.bool_], new: NDArray[np.bool_]) -> Differences:
    """Of the F1 of one label; a draw in which nobody and neither model saw it has none."""

    def measure(times: Floats) -> Floats:
        return _f1(times, people, new) - _f1(times, people, old)

    return measure


class Ranks:
    """Ranks of values in draws of them, centred and doubled: whole numbers, so that sums of them are exact."""

    def __init__(self, values: Floats) -> None:
        _, self.group = np.unique(values, return_inverse=True)
        self.order = np.argsort(self.group, kind="stable")
        self.starts = np.searchsorted(self.group[self.order], np.arange(self.group.max() + 1))
        self.readable = bool(np.isfinite(values).all())

    def __call__(self, times: Floats) -> Floats:
        """B x N; all zero for values that are no numbers, which tell nothing apart."""
        if not self.readable:
            return np.zeros_like(times)
        together = np.add.reduceat(times[:, self.order], self.starts, axis=1)
        centred = 2.0 * together.cumsum(axis=1) - together - times.sum(axis=1, keepdims=True)
        ranks: Floats = centred[:, self.group]
        return ranks


def _correlations(times: Floats, x: Floats, y: Floats) -> Floats:
    """0 where one side tells nothing apart in a draw."""
    weighted = times * x
    size = np.sqrt(_sums(weighted, x) * _sums(times * y, y))
    return np.divide(_sums(weighted, y), size, out=np.zeros_like(size), where=size > 0.0)


def _sums(a: Floats, b: Floats) -> Floats:
    sums: Floats = np.einsum("bn,bn->b", a, b)
    return sums


def _f1(times: Floats, people: NDArray[np.bool_], said: NDArray[np.bool_]) -> Floats:
    named = times @ people + times @ said
    return np.divide(2.0 * (times @ (people & said)), named, out=np.full_like(named, np.nan), where=named > 0.0)


def _draws(clusters: Sequence[str], rounds: int, seed: int) -> Iterator[Floats]:
    names, cluster = np.unique(np.asarray(clusters), return_inverse=True)
    rng = np.random.default_rng(seed)
    block = max(1, CELLS // len(clusters))
    for begin in range(0, rounds, block):
        drawn = rng.integers(0, len(names), size=(min(block, rounds - begin), len(names)))
        drawn += np.arange(len(drawn))[:, None] * len(names)
        times = np.bincount(drawn.ravel(), minlength=len(drawn) * len(names)).reshape(len(drawn), len(names))
        yield times[:, cluster].astype(np.float64)
