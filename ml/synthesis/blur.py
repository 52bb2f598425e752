"""Blur of light before it is encoded: out of focus, or the camera moved along a line."""

import numpy as np
from scipy import ndimage, signal

from ml.synthesis.light import Floats, Rgb, between, to_light, to_srgb

SIGMA_PIXELS = (0.5, 9.0)
SHARE_OF_MOTION = 0.3
LENGTH_PER_SIGMA = 12**0.5
"""A line of this length has the same spread as a Gaussian of sigma 1."""


def apply(rgb: Rgb, strength: int, rng: np.random.Generator) -> Rgb:
    """uint8 HxWx3 -> the same, blurred with a standard deviation of 0.5 to 9 pixels."""
    return to_srgb(of_light(to_light(rgb), strength, rng))


def of_light(light: Floats, strength: int, rng: np.random.Generator) -> Floats:
    """float32 HxWx3, linear -> the same, blurred."""
    sigma = between(*SIGMA_PIXELS, strength)
    if rng.random() < SHARE_OF_MOTION:
        return _moved(light, sigma * LENGTH_PER_SIGMA, float(rng.uniform(0.0, np.pi)))
    return np.asarray(ndimage.gaussian_filter(light, (sigma, sigma, 0.0), mode="nearest"))


def _moved(light: Floats, length: float, angle: float) -> Floats:
    kernel = _line(length, angle)
    margin = kernel.shape[0] // 2
    padded = np.pad(light, ((margin, margin), (margin, margin), (0, 0)), mode="edge")
    channels = [signal.fftconvolve(padded[..., c], kernel, mode="valid") for c in range(3)]
    return np.dstack(channels).astype(np.float32)


def _line(length: float, angle: float) -> Floats:
    """A line through the middle of an odd square, softened over neighbouring pixels, of sum 1."""
    margin = int(np.ceil(length / 2)) + 1
    kernel = np.zeros((2 * margin + 1, 2 * margin + 1), dtype=np.float32)
    along = np.linspace(-length / 2, length / 2, int(8 * length) + 9)
    columns, rows = margin + along * np.cos(angle), margin + along * np.sin(angle)
    left, top = np.floor(columns).astype(int), np.floor(rows).astype(int)
    across, down = columns - left, rows - top
    for step_y, weight_y in ((0, 1 - down), (1, down)):
        for step_x, weight_x in ((0, 1 - across), (1, across)):
            np.add.at(kernel, (top + step_y, left + step_x), weight_y * weight_x)
    return np.asarray(kernel / kernel.sum())
