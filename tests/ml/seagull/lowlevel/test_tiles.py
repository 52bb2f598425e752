"""A large picture measured tile by tile is the picture measured whole."""

import numpy as np
import pytest
from numpy.typing import NDArray

from ml.seagull.lowlevel import LowLevel, low_level, measurements, tiles
from ml.synthesis import distort
from tests.ml.seagull.lowlevel.test_measurements import picture


def both(rgb: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch) -> tuple[LowLevel, LowLevel]:
    """Whole, and in tiles of 64 pixels."""
    whole = low_level(rgb)
    monkeypatch.setattr(measurements, "WHOLE", 0)
    monkeypatch.setattr(tiles, "SIDE", 64)
    return whole, low_level(rgb)


@pytest.mark.parametrize("shape", [(192, 192), (191, 187), (129, 190), (71, 184)])
def test_the_cells_are_those_of_the_whole_picture(shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    coded = distort(picture(), "compression", 14, seed=1)[: shape[0], : shape[1]]

    whole, tiled = both(coded, monkeypatch)

    assert tiled.names == whole.names
    for name, expected, found in zip(whole.names, whole.cells, tiled.cells, strict=True):
        inner = np.s_[3:-3, 3:-3] if name.startswith("product") else np.s_[:]  # they wrap around at the ends
        np.testing.assert_allclose(found[inner], expected[inner], atol=2e-4, err_msg=name)


def test_the_numbers_of_a_region_are_nearly_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    coded = distort(picture(), "noise", 14, seed=1)
    mask = np.zeros((1, 192, 192), dtype=np.bool_)
    mask[:, 40:120, 60:180] = True

    whole, tiled = both(coded, monkeypatch)

    np.testing.assert_allclose(tiled.statistics(mask), whole.statistics(mask), atol=1e-3)
    np.testing.assert_allclose(tiled.eyes(64), whole.eyes(64), atol=1e-3)


def test_a_grid_is_found_where_it_begins_in_the_whole_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    coded = distort(picture(), "compression", 18, seed=1)[3:, 5:]

    whole, tiled = both(coded, monkeypatch)

    for name in ("grid_luma", "grid_chroma"):
        place = whole.names.index(name)
        np.testing.assert_allclose(tiled.cells[place], whole.cells[place], atol=1e-5)


def test_small_and_thin_pictures_are_measured_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiles, "tiled_means", None)

    low_level(picture(64))
    low_level(np.zeros((2, 1 << 21, 3), np.uint8))
