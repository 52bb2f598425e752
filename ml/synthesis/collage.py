"""Parts of one picture in another: new neighbours and outlines, flat beside busy. For training only."""

from typing import Final

import numpy as np
from PIL import Image
from scipy import ndimage

from ml.synthesis.light import Rgb
from ml.synthesis.masks import outline

LARGEST_STRETCH: Final = 1.5
"""How much a smaller picture may be enlarged: more would look out of focus, and be called sharp."""
EDGE_PIXELS: Final = (0.4, 0.9)
"""Softness of the outline, as a lens has it."""


def pasted(view: Rgb, other: Rgb, rng: np.random.Generator) -> Rgb:
    """uint8 HxWx3 -> the same with a shape cut out of `other`; unchanged where `other` is too small."""
    height, width = view.shape[:2]
    stretch = max(height / other.shape[0], width / other.shape[1])
    if stretch > LARGEST_STRETCH:
        return view
    piece = other if stretch <= 1 else _enlarged(other, stretch)
    shape = outline(height, width, rng).astype(np.float32)
    weight = ndimage.gaussian_filter(shape, rng.uniform(*EDGE_PIXELS))[..., None]
    mixed = view + (piece[:height, :width].astype(np.float32) - view) * weight
    return np.rint(mixed).astype(np.uint8)


def _enlarged(rgb: Rgb, stretch: float) -> Rgb:
    size = (int(np.ceil(rgb.shape[1] * stretch)), int(np.ceil(rgb.shape[0] * stretch)))
    return np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.LANCZOS))
