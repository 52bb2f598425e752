"""The pictures of a viewing check, drawn anew for each challenge: two matrices of grey patches, three plates of dots.

The plates' two colours lie on a line that a person without the red or the green cone cannot tell apart (the null direction
of Viénot, Brettel and Mollon's matrices, 1999, in linear light); brightness varies from dot to dot, so that it is no help.
"""

import math
import random
from collections import defaultdict
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from annotation.viewing_challenge import COLUMNS, DARK, LIGHT, ROWS, Challenge, Plate

if TYPE_CHECKING:
    from PIL.Image import Image

CELL, PATCH = 80, 36
PLATE = 240
_SCATTERS, _TRIES = 4, 9_000
_LARGEST, _SMALLEST, _APART = 6.5, 2.2, 0.8
_SQUARE = 2 * _LARGEST + _APART
# Linear light: the middle, and the direction in which figure and ground differ.
_COLOURS: dict[Plate, tuple[tuple[float, float, float], tuple[float, float, float]]] = {
    Plate.CONTROL: ((0.32, 0.28, 0.25), (0.16, 0.02, -0.2)),
    Plate.PROTAN: ((0.30, 0.27, 0.20), (0.14, -0.0177, -0.0006)),
    Plate.DEUTAN: ((0.30, 0.27, 0.20), (0.12, -0.0497, 0.0038)),
}

Dot = tuple[float, float, float]
"""Where its middle is, and its radius."""
PARTS = ("dark", "light", *Plate)


def draw(challenge: Challenge, part: str) -> bytes:
    """A PNG. Raises KeyError for a part there is not."""
    if part == "dark":
        return _png(_matrix(DARK, challenge.dark))
    if part == "light":
        return _png(_matrix(LIGHT, challenge.light))
    plate = {str(one): one for one in Plate}[part]
    return _png(_plate(plate, challenge.digits[plate]))


def _matrix(ground: int, patches: dict[int, int]) -> "Image":
    from PIL import Image, ImageDraw  # slow import

    picture = Image.new("L", (COLUMNS * CELL, ROWS * CELL), ground)
    pen = ImageDraw.Draw(picture)
    for cell, level in patches.items():
        left, top = cell % COLUMNS * CELL + (CELL - PATCH) // 2, cell // COLUMNS * CELL + (CELL - PATCH) // 2
        pen.rectangle((left, top, left + PATCH - 1, top + PATCH - 1), fill=level)
    return picture


def _plate(plate: Plate, digit: int) -> "Image":
    """Drawn four times as large and made smaller, for smooth edges."""
    from PIL import Image, ImageDraw  # slow import

    chance = random.Random()  # noqa: S311  how bright a dot is and where it falls are no secrets
    figure, fine = _figure(digit), 4
    picture = Image.new("RGB", (PLATE * fine, PLATE * fine), (236, 236, 236))
    pen = ImageDraw.Draw(picture)
    for x, y, radius in _scatter(chance.randrange(_SCATTERS)):
        colour = _colour(plate, inside=figure.getpixel((int(x), int(y))) == 255, light=chance.uniform(0.72, 1.28))
        pen.ellipse([fine * (x - radius), fine * (y - radius), fine * (x + radius), fine * (y + radius)], fill=colour)
    return picture.resize((PLATE, PLATE), Image.Resampling.LANCZOS)


def _figure(digit: int) -> "Image":
    from PIL import Image, ImageDraw, ImageFont  # slow import

    mask = Image.new("L", (PLATE, PLATE), 0)
    font = ImageFont.load_default(size=200)
    pen = ImageDraw.Draw(mask)
    pen.text((PLATE / 2, PLATE / 2), str(digit), font=font, fill=255, anchor="mm", stroke_width=6, stroke_fill=255)
    return mask


@cache
def _scatter(number: int) -> list[Dot]:
    """Dots in a disc that do not touch, the large ones first."""
    chance = random.Random(number)  # noqa: S311
    dots: list[Dot] = []
    near: defaultdict[tuple[int, int], list[Dot]] = defaultdict(
        list
    )  # by squares that no dot reaches beyond the next of
    middle, reach = PLATE / 2, PLATE / 2 - 2
    for attempt in range(_TRIES):
        radius = _LARGEST + (_SMALLEST - _LARGEST) * attempt / _TRIES
        away, angle = (reach - radius) * math.sqrt(chance.random()), chance.uniform(0, 2 * math.pi)
        x, y = middle + away * math.cos(angle), middle + away * math.sin(angle)
        column, row = int(x / _SQUARE), int(y / _SQUARE)
        around = [dot for u in (-1, 0, 1) for v in (-1, 0, 1) for dot in near[column + u, row + v]]
        if all((x - u) ** 2 + (y - v) ** 2 > (radius + other + _APART) ** 2 for u, v, other in around):
            dots.append((x, y, radius))
            near[column, row].append((x, y, radius))
    return dots


def _colour(plate: Plate, *, inside: bool, light: float) -> tuple[int, int, int]:
    middle, step = _COLOURS[plate]
    sign = 1 if inside else -1
    linear = [light * (one + sign * part) for one, part in zip(middle, step, strict=True)]
    red, green, blue = (_encoded(value) for value in linear)
    return red, green, blue


def _encoded(value: float) -> int:
    """Linear light 0 to 1 as an sRGB byte (IEC 61966-2-1)."""
    bright = min(1.0, max(0.0, value))
    return round(255 * (12.92 * bright if bright <= 0.0031308 else 1.055 * bright ** (1 / 2.4) - 0.055))


def _png(picture: "Image") -> bytes:
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
