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

LONGEST: Final = 16
"""The long edge of a picture, in short edges, before it is squashed. The published code has no limit and needs
gigabytes for a line of pixels; up to this shape the numbers are its own."""

LARGE: Final = 1 << 18
"""Pixels up to which PIL resizes for our own weights, too. Beyond them PyTorch does the same, by a step of 8-bit colour off
here and there, several times as fast."""


def squashed(rgb: Rgb, side: int, *, released: bool = False) -> Tensor:
    """HxWx3 to 3 x side x side in CLIP's units.

    First bicubic on 8 bits, the short edge to `side`, the aspect kept; then bilinear without antialiasing, which takes the
    aspect away. With `released` in the published code's own order, to the bit.
    """
    height, width = rgb.shape[:2]
    if released:
        return _square(_in_units(_by_pil(rgb, *_kept(height, width, side)) / 255), side)
    resized = _by_pil if height * width <= LARGE else _by_torch
    return _in_units(_square(resized(rgb, *_kept(height, width, side)) / 255, side))


def cropped(rgb: Rgb, box: Box, side: int, *, released: bool = False) -> Tensor:
    """The box with its background, `squashed`. As published it lacks its last row and column; here never its only one."""
    kept = rgb[box.top : max(box.bottom, box.top + 1), box.left : max(box.right, box.left + 1)]
    return squashed(kept, side, released=released)


def _in_units(pixels: Tensor) -> Tensor:
    return (pixels - torch.tensor(CLIP_MEAN)[:, None, None]) / torch.tensor(CLIP_STD)[:, None, None]


def _square(pixels: Tensor, side: int) -> Tensor:
    """3 x height x width to 3 x side x side."""
    return functional.interpolate(pixels[None], (side, side), mode="bilinear", align_corners=False)[0]


def _by_pil(rgb: Rgb, width: int, height: int) -> Tensor:
    """HxWx3 to 3 x height x width, of bytes."""
    return _channels_first(np.array(Image.fromarray(rgb).resize((width, height), Image.Resampling.BICUBIC)))


def _by_torch(rgb: Rgb, width: int, height: int) -> Tensor:
    pixels = _channels_first(rgb)[None]
    return functional.interpolate(pixels, (height, width), mode="bicubic", antialias=True)[0]


def _channels_first(rgb: Rgb) -> Tensor:
    """PyTorch takes no mirrored memory, and warns of what it must not write to: of these a copy."""
    own = rgb if rgb.flags.writeable and min(rgb.strides) > 0 else rgb.copy()
    return torch.from_numpy(own).permute(2, 0, 1)


def _kept(height: int, width: int, side: int) -> tuple[int, int]:
    """Width and height of what is squashed then."""
    short = min(height, width)
    return min(int(side * width / short), LONGEST * side), min(int(side * height / short), LONGEST * side)
