"""Pictures made by rule, for variety in training: soft colours, textures, overlapping leaves, skies."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ml.synthesis.light import Rgb, to_code

Floats = NDArray[np.float64]


def drawn(name: str, height: int, width: int, rng: np.random.Generator) -> Rgb:
    """uint8 HxWx3."""
    return to_code(MAKERS[name](height, width, rng))


def _gradients(height: int, width: int, rng: np.random.Generator) -> Floats:
    """Large soft patches of colour with some sharp outlines between them."""
    soft = np.dstack([ndimage.gaussian_filter(rng.normal(size=(height, width)), 40, mode="wrap") for _ in range(3)])
    picture = _spread(soft, rng)
    for _ in range(int(rng.integers(3, 9))):
        picture[_ellipse(height, width, rng, 0.08, 0.3)] += rng.uniform(-60, 60, 3)
    return picture


def _texture(height: int, width: int, rng: np.random.Generator) -> Floats:
    """Noise whose amplitude falls with frequency as in photographs, 1 / f^1..1.6, mostly shared by the channels."""
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :])
    frequency[0, 0] = 1.0
    amplitude = frequency ** -rng.uniform(1.0, 1.6)
    amplitude[0, 0] = 0.0
    planes = [
        np.fft.irfft2(np.fft.rfft2(rng.normal(size=(height, width))) * amplitude, (height, width)) for _ in "lrgb"
    ]
    planes = [plane / plane.std() for plane in planes]
    return _spread(np.dstack([planes[0] + 0.4 * plane for plane in planes[1:]]), rng)


def _leaves(height: int, width: int, rng: np.random.Generator) -> Floats:
    """Discs that lie over each other, many small and few large: edges at every scale (the dead-leaves model)."""
    picture = np.empty((height, width, 3))
    picture[:] = rng.uniform(40, 215, 3)
    grain = ndimage.gaussian_filter(rng.normal(size=(height, width)), rng.uniform(0.6, 1.5))
    for radius in np.sort(4.0 / rng.uniform(0.02, 1.0, 260))[::-1]:
        x, y, colour = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(15, 240, 3)
        top, left = max(0, int(y - radius)), max(0, int(x - radius))
        patch = picture[top : int(y + radius) + 2, left : int(x + radius) + 2]
        rows, columns = np.ogrid[: patch.shape[0], : patch.shape[1]]
        patch[(columns + left - x) ** 2 + (rows + top - y) ** 2 <= radius**2] = colour
    return picture + grain[..., None] * rng.uniform(0, 30)


def _sky(height: int, width: int, rng: np.random.Generator) -> Floats:
    """A slope of light with clouds, little in front of it, and the faint grain of a sensor: clean, but without detail."""
    rows = np.linspace(0, 1, height)[:, None, None] ** rng.uniform(0.6, 1.8)
    top, bottom = rng.uniform(5, 250, 3), rng.uniform(5, 250, 3)
    picture = top + (bottom - top) * rows + _clouds(height, width, rng)[..., None] * rng.uniform(0, 22)
    for _ in range(int(rng.integers(0, 6))):
        area = _ellipse(height, width, rng, 0.02, 0.25)
        picture[area] = rng.uniform(5, 250, 3) + (_texture(height, width, rng)[area] - 120) * rng.uniform(0, 1.2)
    return np.asarray(picture + rng.normal(size=(height, width, 1)) * rng.uniform(0, 2))


def _clouds(height: int, width: int, rng: np.random.Generator) -> Floats:
    """HxW of deviation 1 and mean 0, an amplitude of 1 / f^1.6..2.2."""
    squared = np.fft.fftfreq(height)[:, None] ** 2 + np.fft.rfftfreq(width)[None] ** 2
    squared[0, 0] = np.inf
    plane = np.fft.irfft2(
        np.fft.rfft2(rng.normal(size=(height, width))) * squared ** -rng.uniform(0.8, 1.1), (height, width)
    )
    return np.asarray(plane / plane.std())


def _spread(values: Floats, rng: np.random.Generator) -> Floats:
    """Any numbers HxWx3 to a mean of 80..170 and a deviation of 25..60."""
    scaled = (values - values.mean()) / values.std()
    return np.asarray(rng.uniform(80, 170) + scaled * rng.uniform(25, 60))


def _ellipse(height: int, width: int, rng: np.random.Generator, least: float, most: float) -> NDArray[np.bool_]:
    x, y = rng.uniform(0, width), rng.uniform(0, height)
    a, b = rng.uniform(least, most, 2) * min(height, width)
    rows, columns = np.ogrid[:height, :width]
    return np.asarray(((columns - x) / a) ** 2 + ((rows - y) / b) ** 2 <= 1.0)


MAKERS: Final[Mapping[str, Callable[[int, int, np.random.Generator], Floats]]] = {
    "made-gradients": _gradients,
    "made-leaves": _leaves,
    "made-sky": _sky,
    "made-texture": _texture,
}
