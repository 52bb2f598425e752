"""sRGB code values and the light they stand for (IEC 61966-2-1)."""

import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]
Floats = NDArray[np.floating]


def _table() -> Floats:
    code = np.arange(256) / 255.0
    return np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4).astype(np.float32)


LIGHT_OF_CODE = _table()


def to_light(rgb: Rgb) -> Floats:
    """uint8 HxWx3 sRGB -> float32 HxWx3, linear, 0..1."""
    return np.asarray(LIGHT_OF_CODE[rgb])


def to_srgb(light: Floats) -> Rgb:
    """float32 HxWx3, linear, clipped to 0..1 -> uint8 HxWx3 sRGB."""
    clipped = np.clip(light, 0.0, 1.0)
    code = np.where(clipped <= 0.0031308, clipped * 12.92, 1.055 * np.power(clipped, 1 / 2.4) - 0.055)
    return to_code(code * 255.0)


def to_code(values: Floats) -> Rgb:
    """Any floats on the 0..255 scale -> uint8, rounded and clipped."""
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def luma(rgb: Rgb) -> Floats:
    """uint8 HxWx3 -> float32 HxW, 0..255 (Rec. 601 weights)."""
    return np.asarray(rgb @ np.array([0.299, 0.587, 0.114], dtype=np.float32), dtype=np.float32)


def between(first: float, last: float, strength: int) -> float:
    """The value for `strength` 1..20 on a geometric way from `first` (1) to `last` (20)."""
    return float(first * (last / first) ** ((strength - 1) / 19))
