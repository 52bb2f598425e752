"""Small made-up photographs whose right answers are known."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]
Mask = NDArray[np.bool_]


def disc(height: int, width: int, x: float, y: float, radius: float) -> Mask:
    rows, columns = np.ogrid[:height, :width]
    return (columns - x) ** 2 + (rows - y) ** 2 <= radius**2


def ball_on_grass(height: int = 192, width: int = 256) -> tuple[Rgb, Mask]:
    """A red ball with a blue spot on green noise, and the mask of the ball."""
    rng = np.random.default_rng(7)
    picture = np.empty((height, width, 3), dtype=np.float64)
    picture[:] = (70, 130, 60)
    ball = disc(height, width, width * 0.5, height * 0.5, height * 0.28)
    picture[ball] = (200, 40, 40)
    picture[disc(height, width, width * 0.55, height * 0.45, height * 0.11)] = (40, 60, 200)
    picture += rng.normal(0, 6, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8), ball


def scene(height: int = 160, width: int = 200) -> Rgb:
    """Something with detail, smooth tones, bright and dark, for distortions."""
    rows, columns = np.mgrid[:height, :width]
    picture = np.stack(
        [
            90 + 80 * np.sin(columns / 17.0) + 40 * (rows > height / 2),
            110 + 70 * np.cos(rows / 11.0) * np.sin(columns / 7.0),
            100 + 60 * np.sin((rows + columns) / 23.0),
        ],
        axis=-1,
    )
    picture[20:60, 30:90] = (230, 200, 60)
    picture[100:140, 120:170] = (30, 40, 90)
    return np.asarray(np.clip(picture, 0, 255), dtype=np.uint8)


def iou(a: Mask, b: Mask) -> float:
    return float(np.count_nonzero(a & b) / np.count_nonzero(a | b))


def everything_under(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
