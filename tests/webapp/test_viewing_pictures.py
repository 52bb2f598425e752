"""What the pictures of a viewing check show, and to whom the plates say nothing."""

from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from annotation.viewing_challenge import COLUMNS, Plate, challenge_of
from webapp.viewing_pictures import CELL, PLATE, _figure, draw

CHALLENGE = challenge_of(b"a secret")
# Viénot, Brettel and Mollon 1999, for sRGB in linear light: what is left without the red or the green cone.
WITHOUT = {
    Plate.PROTAN: [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
    Plate.DEUTAN: [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
}


def pixels(part: str) -> NDArray[np.uint8]:
    return np.asarray(Image.open(BytesIO(draw(CHALLENGE, part))))


def linear(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    value = picture / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize("part, ground, patches", [("dark", 0, CHALLENGE.dark), ("light", 255, CHALLENGE.light)])
def test_a_matrix_has_its_patches_and_nothing_else(part: str, ground: int, patches: dict[int, int]) -> None:
    picture = pixels(part)

    for cell in range(12):
        top, left = cell // COLUMNS * CELL, cell % COLUMNS * CELL
        levels = set(picture[top : top + CELL, left : left + CELL].flat)
        assert levels == ({ground, patches[cell]} if cell in patches else {ground})


@pytest.mark.parametrize("plate", WITHOUT)
def test_a_plate_shows_its_digit_to_those_with_all_cones_only(plate: Plate) -> None:
    picture = linear(pixels(plate))
    coloured = np.ptp(picture, axis=2) > 0.02
    inside = np.asarray(_figure(CHALLENGE.digits[plate])) == 255
    figure, ground = picture[coloured & inside], picture[coloured & ~inside]

    def apart(figure: NDArray[np.float64], ground: NDArray[np.float64]) -> float:
        """Between the means of red's share, in standard deviations."""
        one, other = (part[:, 0] / part.sum(axis=1) for part in (figure, ground))
        return float((one.mean() - other.mean()) / max(one.std(), other.std(), 1e-3))

    without = np.array(WITHOUT[plate]).T
    assert apart(figure, ground) > 1.5
    assert abs(apart(figure @ without, ground @ without)) < 0.5


def test_a_plate_is_round_and_full_of_dots() -> None:
    picture = pixels(Plate.CONTROL)

    assert picture.shape == (PLATE, PLATE, 3)
    assert (np.ptp(picture, axis=2) > 20).mean() > 0.35
    assert set(map(tuple, picture[:8, :8].reshape(-1, 3))) == {(236, 236, 236)}


def test_other_parts_are_not_there() -> None:
    with pytest.raises(KeyError):
        draw(CHALLENGE, "answers")
