"""Tone contrast: flattened towards the mean, or steepened around it until shadows and highlights close."""

import numpy as np

from ml.synthesis.light import Rgb, between, luma, to_code

LOST = (0.06, 0.93)
GAIN = (1.08, 7.0)


def apply(rgb: Rgb, strength: int, rng: np.random.Generator) -> Rgb:
    """uint8 HxWx3 -> the same with tones pulled to the mean luma by 6 to 93 %, or pushed off it 1.08 to 7 times."""
    middle = np.float32(luma(rgb).mean())
    factor = 1.0 - between(*LOST, strength) if rng.random() < 0.5 else between(*GAIN, strength)
    return to_code((rgb - middle) * np.float32(factor) + middle)
