"""Colour: washed out towards grey, or garish. Nothing happens to an image that has none."""

import numpy as np

from ml.synthesis.light import Rgb, between, luma, to_code

LOST = (0.12, 1.0)
GAIN = (1.15, 6.0)


def apply(rgb: Rgb, strength: int, rng: np.random.Generator) -> Rgb:
    """uint8 HxWx3 -> the same with chroma (the distance from luma) less by 12 to 100 % or multiplied by 1.15 to 6."""
    grey = luma(rgb)[..., None]
    factor = 1.0 - between(*LOST, strength) if rng.random() < 0.5 else between(*GAIN, strength)
    return to_code(grey + (rgb - grey) * np.float32(factor))
