import numpy as np
import pytest

from ml.judges.vlm.boxes import RED, boxed, shrunk
from ml.seagull.regions import Box

GREY = np.full((60, 80, 3), 90, dtype=np.uint8)


def red(picture: object) -> np.ndarray:
    return np.asarray((np.asarray(picture) == RED).all(axis=2))


def test_the_line_lies_around_the_region_and_not_on_it() -> None:
    lines = red(boxed(GREY, Box(20, 30, 39, 49), (60, 80)))

    assert not lines[20:40, 30:50].any()
    assert lines[18:20, 28:52].all()
    assert lines[40:42, 28:52].all()
    assert lines[18:42, 28:30].all()
    assert lines[18:42, 50:52].all()
    assert int(lines.sum()) == 24 * 24 - 20 * 20


def test_at_the_image_s_rim_it_lies_on_the_region() -> None:
    lines = red(boxed(GREY, Box(0, 0, 59, 79), (60, 80)))

    assert int(lines.sum()) == 60 * 80 - 56 * 76


def test_without_a_region_there_is_no_box() -> None:
    assert not red(boxed(GREY, None, (60, 80))).any()


@pytest.mark.parametrize("longest, size", [(40, (30, 40)), (80, (60, 80)), (500, (60, 80)), (1, (1, 1))])
def test_an_image_is_only_made_smaller(longest: int, size: tuple[int, int]) -> None:
    assert shrunk(GREY, longest).shape == (*size, 3)


def test_a_box_finds_its_place_on_a_smaller_copy() -> None:
    lines = red(boxed(shrunk(GREY, 40), Box(20, 30, 39, 49), (60, 80)))

    assert not lines[10:20, 15:25].any()
    assert int(lines.sum()) == 14 * 14 - 10 * 10
