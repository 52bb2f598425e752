"""Patches merged two by two until one is left: every union on the way is a candidate region."""

import numpy as np
from numpy.typing import NDArray

from ml.proposals.superpixels import Floats, PatchGraph

Unions = NDArray[np.bool_]
"""KxN: which of the N patches each of K regions is made of."""


def merge_tree(graph: PatchGraph) -> Unions:
    """All 2N-1 regions of the binary merge tree: the N patches first, then each union in the order it was made.

    The cheapest neighbours merge first: alike (average linkage over patches), no boundary between them, and small.
    """
    merger = _Merger(graph)
    rows = list(np.eye(graph.count, dtype=np.bool_))
    rows.extend(merger.merge_next() for _ in range(graph.count - 1))
    return np.stack(rows)


class _Merger:
    def __init__(self, graph: PatchGraph) -> None:
        self.members = np.eye(graph.count, dtype=np.bool_)
        self.area = graph.area / graph.area.sum()
        self.shared = graph.shared.copy()
        self.divide = graph.divide * graph.shared
        self.unlike = graph.unlike.copy()
        self.cost = np.stack([self._costs(index) for index in range(graph.count)])

    def merge_next(self) -> NDArray[np.bool_]:
        a, b = divmod(int(self.cost.argmin()), len(self.area))
        self._absorb(a, b)
        self.cost[b, :] = self.cost[:, b] = np.inf
        self.cost[a, :] = self._costs(a)
        self.cost[:, a] = self.cost[a, :]
        return np.array(self.members[a])

    def _absorb(self, a: int, b: int) -> None:
        total = self.area[a] + self.area[b]
        self.unlike[a] = (self.area[a] * self.unlike[a] + self.area[b] * self.unlike[b]) / total
        self.unlike[:, a] = self.unlike[a]
        for sums in (self.shared, self.divide):
            sums[a] += sums[b]
            sums[:, a] = sums[a]
            sums[a, a] = 0.0
            sums[b, :] = sums[:, b] = 0.0
        self.members[a] |= self.members[b]
        self.area[a] = total

    def _costs(self, index: int) -> Floats:
        length = self.shared[index]
        divide = self.divide[index] / np.maximum(length, 1.0)
        small = np.minimum(self.area[index], self.area)
        cost = (0.5 * self.unlike[index] + 0.5 * divide + 0.02) * small**0.3
        return np.where(length > 0, cost, np.inf).astype(np.float32)
