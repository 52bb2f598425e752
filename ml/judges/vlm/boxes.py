"""A region as a vision-language model sees it: the whole image with a red box drawn around it."""

import numpy as np
from PIL import Image

from ml.judges.inputs import Rgb
from ml.seagull.regions import Box

RED = (255, 0, 0)
THINNEST = 2
LINES_IN_AN_EDGE = 200
"""A line is this part of the image's shorter edge."""


def shrunk(rgb: Rgb, longest: int) -> Rgb:
    """At most `longest` pixels along the longer edge, the aspect kept."""
    height, width = rgb.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1:
        return rgb
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.array(Image.fromarray(rgb).resize(size, Image.Resampling.LANCZOS))


def boxed(rgb: Rgb, box: Box | None, size: tuple[int, int]) -> Image.Image:
    """`box` in pixels of an image of `size` (height, width), of which `rgb` may be a smaller copy.

    The line lies around the region, and on its rim where that is the image's; no box leaves the image as it is.
    """
    picture = rgb.copy()
    if box is not None:
        height, width = rgb.shape[:2]
        down, across = height / size[0], width / size[1]
        line = max(THINNEST, min(height, width) // LINES_IN_AN_EDGE)
        top, left = max(0, int(box.top * down) - line), max(0, int(box.left * across) - line)
        bottom = min(height, int(np.ceil((box.bottom + 1) * down)) + line)
        right = min(width, int(np.ceil((box.right + 1) * across)) + line)
        for rows, columns in _sides(top, left, bottom, right, line):
            picture[rows, columns] = RED
    return Image.fromarray(picture)


def _sides(top: int, left: int, bottom: int, right: int, line: int) -> list[tuple[slice, slice]]:
    wide, high = slice(left, right), slice(top, bottom)
    return [
        (slice(top, top + line), wide),
        (slice(max(top, bottom - line), bottom), wide),
        (high, slice(left, left + line)),
        (high, slice(max(left, right - line), right)),
    ]
