"""What a viewing check hides: patches barely darker or lighter than their ground, and digits in coloured dots.

All of it follows from a secret of the server's; a page only ever gets the pictures.
"""

import random
from dataclasses import dataclass
from enum import StrEnum

COLUMNS, ROWS = 4, 3
CELLS = COLUMNS * ROWS
PATCHES = (3, 4)
"""In one matrix, at least and at most."""
DARK, LIGHT = 0, 255
DARK_PATCHES, LIGHT_PATCHES = (12, 16, 20), (235, 240, 245)
"""8-bit sRGB: on black a contrast that ambient light swallows on a dim or glaring screen, on white one that a screen that is
too bright or has crushed highlights does not show."""


class Plate(StrEnum):
    """By which difference of colour the digit stands out: everybody sees the first one."""

    CONTROL = "control"
    PROTAN = "protan"
    DEUTAN = "deutan"


@dataclass(frozen=True, slots=True)
class Challenge:
    """Patches by their cell (0 is the top left one, row by row) with their grey level; a digit for each plate."""

    dark: dict[int, int]
    light: dict[int, int]
    digits: dict[Plate, int]

    def patches(self) -> int:
        return len(self.dark) + len(self.light)


def challenge_of(secret: bytes) -> Challenge:
    chance = random.Random(secret)  # noqa: S311  the secret is not to be guessed, and nothing else is at stake
    dark, light = _matrix(chance, DARK_PATCHES), _matrix(chance, LIGHT_PATCHES)
    digits = chance.sample(range(2, 10), len(Plate))
    return Challenge(dark, light, dict(zip(Plate, digits, strict=True)))


def _matrix(chance: random.Random, levels: tuple[int, ...]) -> dict[int, int]:
    cells = chance.sample(range(CELLS), chance.randint(*PATCHES))
    return {
        cell: levels[number % len(levels)] for number, cell in enumerate(sorted(cells, key=lambda _: chance.random()))
    }
