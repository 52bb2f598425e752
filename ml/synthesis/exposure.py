"""Wrong exposure: more or less light, then the sensor's ceiling or the display's darkest codes."""

import numpy as np

from ml.synthesis.light import Floats, Rgb, between, to_light, to_srgb

STOPS = (0.2, 3.6)


def apply(rgb: Rgb, strength: int, rng: np.random.Generator) -> Rgb:
    """uint8 HxWx3 -> the same, over- or underexposed (by chance) by 0.2 to 3.6 stops."""
    return to_srgb(of_light(to_light(rgb), strength, rng))


def of_light(light: Floats, strength: int, rng: np.random.Generator) -> Floats:
    """float32 HxWx3, linear -> the same times or divided by 1.15 to 12; not clipped."""
    stops = between(*STOPS, strength) * (1 if rng.random() < 0.5 else -1)
    return np.asarray(light * np.float32(2.0**stops))
