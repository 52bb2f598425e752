"""Runs found in bits are those found by looking at every pixel."""

import numpy as np
import pytest
from scipy import ndimage

from ml.runs import parts_of, runs_of


@pytest.mark.parametrize("share", [0.0, 0.03, 0.5, 0.97, 1.0])
def test_the_runs_are_those_of_the_pixels(share: float) -> None:
    rng = np.random.default_rng(5)
    for width in (1, 2, 7, 8, 9, 15, 16, 17, 40):
        mask = rng.random((rng.integers(1, 12), width)) < share

        starts, ends = runs_of(mask)

        expected = [
            (row * (width + 1) + begin, row * (width + 1) + end)
            for row in range(len(mask))
            for begin, end in _runs(mask[row].tolist())
        ]
        assert list(zip(starts.tolist(), ends.tolist(), strict=True)) == expected


def test_a_part_of_a_larger_mask_has_runs_of_its_own() -> None:
    mask = np.zeros((6, 30), dtype=np.bool_)
    mask[2:4, 5:9], mask[0], mask[:, 20] = True, True, True

    starts, ends = runs_of(mask[1:5, 3:12])

    assert (starts.tolist(), ends.tolist()) == ([12, 22], [16, 26])


@pytest.mark.parametrize("corners", [False, True])
@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.7, 1.0])
def test_the_parts_are_those_of_labelling_the_pixels(share: float, corners: bool) -> None:
    rng = np.random.default_rng(6)
    for _ in range(30):
        mask = rng.random(rng.integers(1, 25, 2)) < share
        labels, expected = ndimage.label(mask, np.ones((3, 3)) if corners else None)
        starts, ends = runs_of(mask)

        count, part, _ = parts_of(starts, ends, mask.shape[1], corners=corners)

        rows, columns = np.divmod(starts, mask.shape[1] + 1)
        pairs = {*zip(part.tolist(), labels[rows, columns].tolist(), strict=True)}
        assert (count, len(pairs), len({label for _, label in pairs})) == (expected, expected, expected)


def test_how_often_runs_touch_is_told() -> None:
    mask = np.array([[1, 1, 0, 1], [0, 1, 1, 1], [1, 0, 0, 0]], dtype=np.bool_)

    touches = [parts_of(*runs_of(mask), 4, corners=corners)[2] for corners in (False, True)]

    assert touches == [2, 3]


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    found, begin = [], None
    for place, inside in enumerate([*row, False]):
        if inside and begin is None:
            begin = place
        elif not inside and begin is not None:
            found.append((begin, place))
            begin = None
    return found
