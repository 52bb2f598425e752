"""The numbers that the metric knows of a region: its crop's statistics, its tone against the picture's, its place."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.judges.inputs import Masks, Rgb
from ml.judges.metric import scenes
from ml.judges.metric.scenes import Plane, scene_statistics
from ml.seagull.lowlevel import geometry
from ml.seagull.regions import Box, box_of, extent_of

SMALLEST: Final = 16
"""Pixels along a crop's edge: a smaller region is looked at with what is around it."""
BLOCK: Final = 8
LEAST: Final = 1e-3
TONE: Final = ("mean", "deviation", "dark", "bright", "colourful", "gradient", "blocks")
NAMES: Final = (
    *(f"{name}_{scale}" for scale in ("full", "half") for name in scenes.NAMES),
    *TONE,
    *(f"{name}_against_picture" for name in TONE),
    *geometry.NAMES,
)


def features_of(rgb: Rgb, masks: Masks) -> NDArray[np.float64]:
    """R x len(NAMES) for HxWx3 and RxHxW; an empty mask is the whole picture."""
    pixels = rgb.astype(np.float64)
    picture = _tone(pixels)
    rows = [_of_crop(pixels[_window(box_of(mask), rgb.shape[:2])], picture) for mask in masks]
    crops = np.stack(rows) if rows else np.zeros((0, len(NAMES) - len(geometry.NAMES)))
    return np.hstack([crops, geometry.geometry([extent_of(mask) for mask in masks]).astype(np.float64)])


def _of_crop(pixels: Plane, picture: Plane) -> Plane:
    luma, tone = luma_of(pixels), _tone(pixels)
    return np.concatenate([scene_statistics(luma), scene_statistics(_halved(luma)), tone, tone - picture])


def _tone(pixels: Plane) -> Plane:
    """In the order of TONE, on 0..1 or as logarithms."""
    luma = luma_of(pixels)
    steps = [np.abs(np.diff(luma, axis=axis)) for axis in (0, 1)]
    values = (
        luma.mean() / 255,
        np.log(luma.std() / 255 + LEAST),
        (luma < 16).mean(),
        (luma > 239).mean(),
        np.log(colourfulness(pixels) / 255 + LEAST),
        np.log(sum(step.mean() if step.size else 0.0 for step in steps) / 255 + LEAST),
        _blocks(steps[0]) + _blocks(steps[1].T),
    )
    return np.array(values, dtype=np.float64)


def luma_of(pixels: Plane) -> Plane:
    """Rec. 601, 0..255."""
    return np.asarray(pixels @ np.array([0.299, 0.587, 0.114]))


def colourfulness(pixels: Plane) -> float:
    """Hasler and Süsstrunk, 2003: 0 for grey, about 100 for a colourful photograph."""
    red, green, blue = (pixels[..., channel] for channel in range(3))
    opponents = (red - green, (red + green) / 2 - blue)
    spread = np.hypot(*(plane.std() for plane in opponents))
    return float(spread + 0.3 * np.hypot(*(plane.mean() for plane in opponents)))


def _blocks(steps: Plane) -> float:
    """How much larger than usual the steps down are at the best phase of a grid of eight, as a logarithm."""
    if len(steps) < 2 * BLOCK:
        return 0.0
    of_rows = steps.mean(axis=1)
    of_phase = np.array([of_rows[phase::BLOCK].mean() for phase in range(BLOCK)])
    return float(np.log((of_phase.max() + LEAST) / (np.median(of_phase) + LEAST)))


def _window(box: Box | None, size: tuple[int, int]) -> tuple[slice, slice]:
    if box is None:
        return slice(0, size[0]), slice(0, size[1])
    return _at_least(box.top, box.bottom + 1, size[0]), _at_least(box.left, box.right + 1, size[1])


def _at_least(begin: int, end: int, edge: int) -> slice:
    """Grown on both sides to SMALLEST, inside the picture."""
    missing = max(0, SMALLEST - (end - begin))
    begin = max(0, min(begin - missing // 2, edge - SMALLEST))
    return slice(begin, min(edge, max(end, begin + SMALLEST)))


def _halved(luma: Plane) -> Plane:
    """Means of 2 x 2; what has no second row or column stays."""
    height, width = (edge // 2 * 2 for edge in luma.shape)
    if min(height, width) < 4:
        return luma
    even = luma[:height, :width]
    return np.asarray((even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / 4)
