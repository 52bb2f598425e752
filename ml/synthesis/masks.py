"""Regions of a view: things the proposer finds, and shapes drawn by chance. All variants of a view share them."""

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from ml.proposals import choose, load_proposer
from ml.proposals.selection import MIN_AREA
from ml.synthesis.fidelity import Masks
from ml.synthesis.light import Rgb

WHOLE = 0.06
"""How often a shape is the whole picture."""
SHAPES = ("ellipse", "polygon", "rectangle")


def masks_of(rgb: Rgb, count: int, rng: np.random.Generator) -> Masks:
    """bool RxHxW, `count` of them, each of 1,024 pixels (32 x 32) or more: the first half by the proposer.

    Where the proposer finds fewer, shapes take their place.
    """
    proposer = load_proposer(None)
    proposer.set_image(rgb)
    found = [region.mask for region in choose(proposer.propose(), (count + 1) // 2, int(rng.integers(2**31)))]
    shapes = [shape(rgb.shape[0], rgb.shape[1], rng) for _ in range(count - len(found))]
    return np.stack([*found, *shapes])


def shape(height: int, width: int, rng: np.random.Generator) -> Masks:
    """bool HxW: an ellipse, a polygon, a rectangle or now and then everything; at least 1,024 pixels of it inside."""
    if rng.random() < WHOLE or height * width < 2 * MIN_AREA:
        return np.ones((height, width), dtype=np.bool_)
    while True:
        mask = outline(height, width, rng)
        if np.count_nonzero(mask) >= MIN_AREA:
            return mask


def soft_area(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """float32 HxW, 0..1: a shape over a tenth to six tenths of the picture with a soft outline."""
    while True:
        mask = outline(height, width, rng)
        if 0.1 <= mask.mean() <= 0.6:
            softness = rng.uniform(0.01, 0.05) * min(height, width)
            return np.asarray(ndimage.gaussian_filter(mask.astype(np.float32), softness, truncate=3.0))


def outline(height: int, width: int, rng: np.random.Generator) -> Masks:
    """bool HxW: an ellipse, a polygon or a rectangle anywhere, of any size."""
    name = SHAPES[int(rng.integers(len(SHAPES)))]
    x, y = rng.uniform(0.1, 0.9) * width, rng.uniform(0.1, 0.9) * height
    a, b = np.exp(rng.uniform(np.log(0.07), np.log(0.45), 2)) * (width, height)
    rows, columns = np.ogrid[:height, :width]
    if name == "rectangle":
        return np.asarray((np.abs(columns - x) <= a) & (np.abs(rows - y) <= b))
    if name == "ellipse":
        turn = rng.uniform(0, np.pi)
        along = (columns - x) * np.cos(turn) + (rows - y) * np.sin(turn)
        across = (rows - y) * np.cos(turn) - (columns - x) * np.sin(turn)
        return np.asarray((along / a) ** 2 + (across / b) ** 2 <= 1.0)
    turns = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(4, 10))))
    away = rng.uniform(0.5, 1.2, len(turns))
    sheet = Image.new("1", (width, height))
    ImageDraw.Draw(sheet).polygon(
        [*zip(x + a * away * np.cos(turns), y + b * away * np.sin(turns), strict=True)], fill=1
    )
    return np.array(sheet, dtype=np.bool_)
