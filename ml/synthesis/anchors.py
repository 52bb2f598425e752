"""Examples of every level, made from one clean photograph: what annotators compare with while they rate.

For a distortion the photograph is distorted in the strength that lies in the middle of a level's four (distortions.level_of).
For quality it gets blur, noise and compression together, in the strength whose measured quality (calibration.quality_of) is
nearest to the middle of the class. For importance one place of the picture is blurred: how large a place, and how much, is
what measured importance (labels.importance_of) is nearest to the middle of the class.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.synthesis.calibration import quality_of
from ml.synthesis.distortions import KINDS, STRENGTHS, Kind, distort, level_of
from ml.synthesis.fidelity import fidelity
from ml.synthesis.labels import importance_of
from ml.synthesis.light import Rgb
from ml.synthesis.measures import by_map

MIDDLE: Final = {level: [s for s in STRENGTHS if level_of(s) == level][2] for level in range(5)}
"""The third of the four strengths of a level: trivial 3, minor 7, moderate 11, severe 15, extreme 19."""
SEEDS: Final[dict[Kind, int]] = {
    "blur": 0,
    "colorfulness": 2,
    "compression": 0,
    "contrast": 2,
    "exposure": 0,
    "noise": 0,
}
"""Of the two ways of a distortion: out of focus, pale, flat, too dark."""
TOGETHER: Final[tuple[Kind, ...]] = ("blur", "noise", "compression")
CLEAN: Final = 5
PLACES: Final = (0.012, 0.03, 0.08, 0.18, 0.4)
"""Shares of the picture that an outlined place has, unimportant first."""
SIZE: Final = (192, 240)
"""Width and height: six of them stand side by side in a window of 1280 pixels, one pixel of theirs on one of the screen."""
BUSY: Final = 0.02


def of_distortion(clean: Rgb, kind: Kind) -> Iterator[tuple[int, Rgb]]:
    """Levels 0 (extreme) to 5 (non-existent) of one distortion. Raises ValueError for another kind."""
    for level, strength in MIDDLE.items():
        yield level, distort(clean, kind, strength, SEEDS[kind])
    yield CLEAN, clean


def of_quality(clean: Rgb) -> Iterator[tuple[int, Rgb]]:
    """Levels 0 (bad) to 3 by several distortions at once; 4 (excellent) is the clean picture."""
    worse = {strength: _together(clean, strength) for strength in STRENGTHS}
    everywhere = np.ones((1, *clean.shape[:2]), dtype=np.bool_)
    quality = {s: float(quality_of(fidelity(clean, one, everywhere))[0]) for s, one in worse.items()}
    for level in range(4):
        middle = (level + 0.5) / 5
        yield level, worse[min(quality, key=lambda strength: abs(quality[strength] - middle))]
    yield 4, clean


def of_importance(clean: Rgb) -> Iterator[tuple[int, Rgb]]:
    """Levels 0 (unimportant) to 4 (essential): the whole picture with one outlined place that is blurred."""
    blurred = {strength: distort(clean, "blur", strength, SEEDS["blur"]) for strength in STRENGTHS[::2]}
    for level, share in enumerate(PLACES):
        mask = place(clean.shape[0], clean.shape[1], share)
        middle = 4 * (level + 0.5) / 5
        best = min(blurred, key=lambda strength: abs(_importance(clean, blurred[strength], mask) - middle))
        yield level, outlined(np.where(mask[..., None], blurred[best], clean).astype(np.uint8), mask)


def place(height: int, width: int, share: float) -> NDArray[np.bool_]:
    """An ellipse of that share of the picture: small ones low in a corner, large ones in the middle."""
    down, across = np.mgrid[:height, :width]
    radius = np.sqrt(share * height * width / np.pi)
    towards = min(1.0, share / PLACES[-2])
    x = width * (0.84 - 0.34 * towards)
    y = height * (0.86 - 0.36 * towards)
    wide, high = radius * np.sqrt(width / height), radius * np.sqrt(height / width)
    found: NDArray[np.bool_] = ((across - x) / wide) ** 2 + ((down - y) / high) ** 2 <= 1
    return found


def outlined(rgb: Rgb, mask: NDArray[np.bool_]) -> Rgb:
    """The picture with a line of one light and one dark pixel just outside the mask."""
    drawn = rgb.copy()
    inner = _grown(mask)
    outer = _grown(inner)
    drawn[inner & ~mask] = 255
    drawn[outer & ~inner] = 0
    return drawn


def cut(photograph: Rgb) -> Rgb | None:
    """The liveliest piece of SIZE in a photograph: edges and colour, neither black nor burnt out. None when all is dull."""
    width, height = SIZE
    rows, columns = photograph.shape[0] - height, photograph.shape[1] - width
    if rows < 0 or columns < 0:
        return None
    steps = [(top, left) for top in _steps(rows) for left in _steps(columns)]
    pieces = [photograph[top : top + height, left : left + width] for top, left in steps]
    best = max(pieces, key=liveliness)
    return np.ascontiguousarray(best) if liveliness(best) >= BUSY else None


def liveliness(rgb: Rgb) -> float:
    """Mean gradient (0..1) and a third of the mean chroma, less what is clipped."""
    planes = rgb.transpose(2, 0, 1).copy()  # across three neighbours numpy is ten times as slow
    grey = planes.astype(np.float32).mean(axis=0) / 255
    edges = float(np.abs(np.diff(grey, axis=0)).mean() + np.abs(np.diff(grey, axis=1)).mean())
    chroma = float(np.ptp(planes, axis=0).mean()) / 255
    clipped = float(((grey < 0.03) | (grey > 0.97)).mean())
    return min(edges, 0.12) + chroma / 3 - 0.5 * clipped - abs(float(grey.mean()) - 0.47) / 4


def _together(clean: Rgb, strength: int) -> Rgb:
    worse = clean
    for kind in TOGETHER:
        worse = distort(worse, kind, strength, SEEDS[kind])
    return worse


def _importance(clean: Rgb, distorted: Rgb, mask: NDArray[np.bool_]) -> float:
    return importance_of(float(by_map(clean, distorted, mask[None])[1][0]))


def _grown(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """By one pixel to the four sides."""
    grown = mask.copy()
    grown[1:] |= mask[:-1]
    grown[:-1] |= mask[1:]
    grown[:, 1:] |= mask[:, :-1]
    grown[:, :-1] |= mask[:, 1:]
    return grown


def _steps(room: int) -> list[int]:
    return sorted({round(room * part / 4) for part in range(5)})


assert set(SEEDS) == set(KINDS)  # noqa: S101  a kind without a seed would fail in a worker
