"""A picture, or a box of one, at the size that the network takes."""

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn import functional

from ml.seagull.presets import CLIP_MEAN, CLIP_STD
from ml.seagull.regions import Box

Rgb = NDArray[np.uint8]
Halves = tuple[Rgb, ...]
"""A picture at a half, a quarter, ... of its size."""

LONGEST: Final = 16
"""The long edge of a picture, in short edges, before it is squashed. The published code has no limit and needs
gigabytes for a line of pixels; up to this shape the numbers are its own."""

REDUCING: Final = 3.0
"""A picture of more than twice as many short edges is averaged by a whole number first, to no less than so many: PIL's
own measure of what nobody can tell, and far quicker on a photograph."""


def squashed(rgb: Rgb, side: int) -> Tensor:
    """HxWx3 to 3 x side x side in CLIP's units.

    First PIL's bicubic on 8 bits, the short edge to `side`, the aspect kept; then bilinear without antialiasing, which
    takes the aspect away.
    """
    size = _kept(rgb.shape[0], rgb.shape[1], side)
    return _normalised(Image.fromarray(rgb).resize(size, Image.Resampling.BICUBIC, reducing_gap=REDUCING), side)


def halves_of(rgb: Rgb, side: int) -> Halves:
    """As many as a crop of `side` can be taken from; none of a small picture."""
    found: list[Rgb] = []
    last = Image.fromarray(rgb) if min(rgb.shape[:2]) >= 2 * REDUCING * side else None
    while last is not None and min(last.size) >= 2 * REDUCING * side:
        last = last.reduce(2)
        found.append(np.asarray(last))
    return tuple(found)


def cropped(levels: tuple[Rgb, ...], box: Box, side: int) -> Tensor:
    """The box with its background, `squashed`; `levels` are the picture and its halves.

    As published a crop lacks its last row and column; here never its only one.
    """
    bottom, right = max(box.bottom, box.top + 1), max(box.right, box.left + 1)
    level = _level(min(bottom - box.top, right - box.left), side, len(levels))
    if level == 0:
        return squashed(levels[0][box.top : bottom, box.left : right], side)
    scale, size = 1 << level, _kept(bottom - box.top, right - box.left, side)
    top, left = box.top // scale, box.left // scale
    part = levels[level][top : -(-bottom // scale), left : -(-right // scale)]
    place = (box.left / scale - left, box.top / scale - top, right / scale - left, bottom / scale - top)
    return _normalised(Image.fromarray(part).resize(size, Image.Resampling.BICUBIC, box=place), side)


def _level(short: int, side: int, levels: int) -> int:
    """The smallest that leaves REDUCING sides along the short edge."""
    level = 0
    while level + 1 < levels and short >> (level + 1) >= REDUCING * side:
        level += 1
    return level


def _kept(height: int, width: int, side: int) -> tuple[int, int]:
    """Width and height of what is squashed then."""
    short = min(height, width)
    return min(int(side * width / short), LONGEST * side), min(int(side * height / short), LONGEST * side)


def _normalised(kept: Image.Image, side: int) -> Tensor:
    pixels = torch.from_numpy(np.array(kept)).permute(2, 0, 1)[None] / 255
    square = functional.interpolate(pixels, (side, side), mode="bilinear", align_corners=False)[0]
    return (square - torch.tensor(CLIP_MEAN)[:, None, None]) / torch.tensor(CLIP_STD)[:, None, None]
