"""Other light, other colours: many photographs out of few, for training only.

With a dozen source photographs a network learns their colours by heart. Channels change places, grey photographs get
colours, tones bend; and as a camera would, the result is stretched to nearly the whole range, since a flat original
would be called distorted.
"""

from typing import Final

import numpy as np

from ml.synthesis.light import Floats, Rgb, to_code

EXCHANGED: Final = 0.7
TINTED: Final = 0.7
TURNED: Final = 0.5
GAMMA_SPREAD: Final = 0.25
COLOUR_SPREAD: Final = 0.3
GREY_BELOW: Final = 5
"""Code values between the channels of a photograph that counts as grey."""


def varied(rgb: Rgb, rng: np.random.Generator) -> Rgb:
    """uint8 HxWx3 -> the same things in another light, perhaps turned by a quarter."""
    turned = np.rot90(rgb) if rng.random() < TURNED else rgb
    picture = turned.astype(np.float32) / np.float32(255)
    if rng.random() < EXCHANGED:
        picture = picture[..., rng.permutation(3)]
    if int(np.ptp(rgb.astype(np.int16), axis=2).max()) < GREY_BELOW and rng.random() < TINTED:
        picture = _tinted(picture[..., :1], rng)
    picture = np.clip(picture, 0, 1) ** np.float32(np.exp(rng.normal(0, GAMMA_SPREAD)))
    grey = picture.mean(axis=2, keepdims=True)
    picture = grey + (picture - grey) * np.float32(np.exp(rng.normal(0, COLOUR_SPREAD)))
    return np.ascontiguousarray(to_code(_stretched(picture, rng) * np.float32(255)))


def _tinted(luma: Floats, rng: np.random.Generator) -> Floats:
    """HxWx1 -> HxWx3: a colour for the shadows, one for the middle, one for the lights."""
    low, middle, high = (rng.uniform(*span, size=3) for span in ((0.0, 0.25), (0.25, 0.75), (0.75, 1.0)))
    coloured = np.where(luma < 0.5, low + (middle - low) * 2 * luma, middle + (high - middle) * (2 * luma - 1))
    return coloured.astype(np.float32)


def _stretched(picture: Floats, rng: np.random.Generator) -> Floats:
    """The first and the last hundredth of the values to the ends of the range, or a little inside or outside."""
    low, high = np.percentile(picture, (1, 99))
    to_low, to_high = rng.uniform(0, 0.12), rng.uniform(0.85, 1.03)
    scale = np.float32((to_high - to_low) / max(float(high - low), 0.05))
    return np.asarray((picture - np.float32(low)) * scale + np.float32(to_low))
