import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ml.seagull.trees import grow, lay_out

SEQUENCES = st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=6), min_size=1, max_size=8)


def test_what_begins_alike_is_held_once() -> None:
    tree = grow([[5, 6, 7], [5, 6, 8], [5, 9]])

    assert tree.ids.tolist() == [5, 6, 7, 8, 9]
    assert tree.parents.tolist() == [-1, 0, 1, 1, 0]
    assert tree.depths.tolist() == [0, 1, 2, 2, 1]
    assert [path.tolist() for path in tree.paths] == [[0, 1, 2], [0, 1, 3], [0, 4]]


@given(SEQUENCES)
def test_every_sequence_is_found_along_its_path(sequences: list[list[int]]) -> None:
    tree = grow(sequences)

    assert [tree.ids[path].tolist() for path in tree.paths] == sequences
    assert [tree.depths[path].tolist() for path in tree.paths] == [[*range(len(one))] for one in sequences]
    assert len(tree) == len({tuple(one[:end]) for one in sequences for end in range(1, len(one) + 1)})


@given(SEQUENCES)
def test_a_node_sees_its_ancestors_and_itself(sequences: list[list[int]]) -> None:
    tree = grow(sequences)

    sight = tree.sight()

    for path in tree.paths:
        for place, node in enumerate(path):
            assert sorted(np.flatnonzero(sight[node])) == sorted(path[: place + 1])


def test_trees_are_rows_behind_the_prefix() -> None:
    layout = lay_out([grow([[5, 6], [5, 7]]), grow([[8]])], prefix_length=2, pad=0)

    assert layout.ids.tolist() == [[5, 6, 7], [8, 0, 0]]
    assert layout.positions.tolist() == [[2, 3, 3], [2, 2, 2]]
    assert layout.sight.astype(int).tolist() == [
        [[1, 1, 1, 0, 0], [1, 1, 1, 1, 0], [1, 1, 1, 0, 1]],
        [[1, 1, 1, 0, 0], [1, 1, 0, 1, 0], [1, 1, 0, 0, 1]],
    ]
