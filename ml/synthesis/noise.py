"""Sensor noise: photons arrive by chance (shot noise), and reading them out adds a constant (read noise)."""

import numpy as np

from ml.synthesis.light import Floats, Rgb, between, to_light, to_srgb

ELECTRONS_AT_WHITE = (6000.0, 25.0)
READ_NOISE_ELECTRONS = 2.0


def apply(rgb: Rgb, strength: int, rng: np.random.Generator) -> Rgb:
    """uint8 HxWx3 -> the same, as if white were 6,000 down to 25 electrons."""
    return to_srgb(of_light(to_light(rgb), strength, rng))


def of_light(light: Floats, strength: int, rng: np.random.Generator) -> Floats:
    """float32 HxWx3, linear, not negative -> the same, counted electron by electron; not clipped."""
    full = between(*ELECTRONS_AT_WHITE, strength)
    caught = rng.poisson(light * full).astype(np.float32)
    caught += rng.standard_normal(light.shape, dtype=np.float32) * np.float32(READ_NOISE_ELECTRONS)
    return np.asarray(caught / np.float32(full))
