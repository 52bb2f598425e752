"""Masks for tests."""

import numpy as np

from annotation.masks import encode_mask


def rectangle_rle(width: int, height: int, x: int, y: int, w: int, h: int) -> str:
    pixels = np.zeros((height, width), dtype=bool)
    pixels[y : y + h, x : x + w] = True
    return encode_mask(pixels).rle
