"""Many questions about a region as one sequence: words that questions share are read once.

All sequences about a region are merged where they begin alike. The tree is laid out after what is common to all regions
(the prefix); a node sees the prefix, its ancestors and itself, so what stands at it is what a sequence of its own would
give. Regions are rows of a batch and never meet.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
NO_PARENT = -1


@dataclass(frozen=True)
class Tree:
    """N nodes, parents before children: token ids, the parents' numbers (-1 at the root) and depths from 0.

    `paths[i][k]` is the node of token k of sequence i.
    """

    ids: Numbers
    parents: Numbers
    depths: Numbers
    paths: tuple[Numbers, ...]

    def __len__(self) -> int:
        return len(self.ids)

    def sight(self) -> NDArray[np.bool_]:
        """N x N: whether the row's node sees the column's, which is an ancestor or itself."""
        seen = np.eye(len(self), dtype=np.bool_)
        for node, parent in enumerate(self.parents):
            if parent != NO_PARENT:
                seen[node] |= seen[parent]
        return seen


@dataclass(frozen=True)
class Layout:
    """R trees behind a prefix of P tokens, padded to L nodes: `ids` and `positions` R x L, `sight` R x L x (P + L)."""

    ids: Numbers
    positions: Numbers
    sight: NDArray[np.bool_]


def grow(sequences: Sequence[Sequence[int]]) -> Tree:
    nodes: dict[tuple[int, int], int] = {}
    depths: list[int] = []
    paths = [np.array(list(_walk(sequence, nodes, depths)), dtype=np.int64) for sequence in sequences]
    parents, ids = zip(*nodes, strict=True) if nodes else ((), ())
    numbers = [np.array(column, dtype=np.int64) for column in (ids, parents, depths)]
    return Tree(numbers[0], numbers[1], numbers[2], tuple(paths))


def lay_out(trees: Sequence[Tree], prefix_length: int, pad: int) -> Layout:
    """A padding node sees the prefix and itself, and nobody sees it."""
    longest = max(map(len, trees))
    ids = np.full((len(trees), longest), pad, dtype=np.int64)
    positions = np.full((len(trees), longest), prefix_length, dtype=np.int64)
    sight = np.ones((len(trees), longest, prefix_length + longest), dtype=np.bool_)
    sight[:, :, prefix_length:] = np.eye(longest, dtype=np.bool_)
    sights = {id(tree): tree.sight() for tree in trees}  # inference asks the same of every region
    for row, tree in enumerate(trees):
        nodes = len(tree)
        ids[row, :nodes] = tree.ids
        positions[row, :nodes] += tree.depths
        sight[row, :nodes, prefix_length : prefix_length + nodes] = sights[id(tree)]
    return Layout(ids, positions, sight)


def _walk(sequence: Sequence[int], nodes: dict[tuple[int, int], int], depths: list[int]) -> Iterator[int]:
    """The sequence's nodes; adds those that are missing to `nodes`, {(parent, id): number}, and to `depths`."""
    parent = NO_PARENT
    for depth, token in enumerate(sequence):
        known = len(nodes)
        parent = nodes.setdefault((parent, token), known)
        if parent == known:
            depths.append(depth)
        yield parent
