"""Statistics of natural scenes, written from the published formulas.

Mittal, Moorthy and Bovik, No-Reference Image Quality Assessment in the Spatial Domain, 2012: normalised luminance (MSCN),
a generalised Gaussian fitted to it and an asymmetric one to its neighbours' products, by matching moments.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.special import gamma

Plane = NDArray[np.float64]
WINDOW_SIGMA: Final = 7 / 6
WINDOW_RADIUS: Final = 3
FLOOR: Final = 1.0
"""C of the normalisation, for luminance of 0..255."""
SHAPES: Final = np.arange(0.2, 10.001, 0.001)
RATIOS: Final = gamma(2 / SHAPES) ** 2 / (gamma(1 / SHAPES) * gamma(3 / SHAPES))
"""(E|x|)^2 / E x^2 of a generalised Gaussian of each shape; it grows with the shape."""
NEIGHBOURS: Final = ((0, 1), (1, 0), (1, 1), (1, -1))
"""Rows down, columns right."""
NAMES: Final = (
    "shape", "log_variance",
    *(f"{what}_{way}" for way in "hvde" for what in ("shape", "mean", "log_left", "log_right")),
)  # fmt: skip
LEAST: Final = 1e-4


def scene_statistics(luma: Plane) -> Plane:
    """Of a plane of 0..255: numbers in the order of NAMES; the variances as logarithms."""
    normal = normalised(luma)
    shape, variance = symmetric_fit(normal)
    numbers = [shape, np.log(variance + LEAST)]
    for down, right in NEIGHBOURS:
        shape, mean, left, right_variance = asymmetric_fit(_products(normal, down, right))
        numbers += [shape, mean, np.log(left + LEAST), np.log(right_variance + LEAST)]
    return np.array(numbers)


def normalised(luma: Plane) -> Plane:
    """(I - mean) / (deviation + C), both under a Gaussian window of 7 x 7."""
    mean = _smooth(luma)
    variance = _smooth(luma * luma) - mean * mean
    return np.asarray((luma - mean) / (np.sqrt(np.maximum(variance, 0)) + FLOOR))


def symmetric_fit(x: Plane) -> tuple[float, float]:
    """Shape and variance of a generalised Gaussian of mean 0."""
    variance = float((x * x).mean())
    return _shape_of(float(np.abs(x).mean()) ** 2, variance), variance


def asymmetric_fit(x: Plane) -> tuple[float, float, float, float]:
    """Shape, mean, left and right variance of an asymmetric generalised Gaussian (Lasmar, Stitou and Berthoumieu 2009)."""
    x = x if x.size else np.zeros(1)  # a plane of one row has no neighbours below
    left, right = (_variance(x[side]) for side in (x < 0, x > 0))
    skew = (left / right) ** 0.5 if right > 0 else 1.0
    correction = (skew**3 + 1) * (skew + 1) / (skew**2 + 1) ** 2
    shape = _shape_of(float(np.abs(x).mean()) ** 2 * correction, float((x * x).mean()))
    width = (gamma(1 / shape) / gamma(3 / shape)) ** 0.5
    mean = (right**0.5 - left**0.5) * width * gamma(2 / shape) / gamma(1 / shape)
    return shape, float(mean), left, right


def _shape_of(mean_square: float, variance: float) -> float:
    """Of nothing but zeros, which has no shape: a Gaussian's."""
    if variance <= 0:
        return 2.0
    return float(SHAPES[min(int(np.searchsorted(RATIOS, mean_square / variance)), len(SHAPES) - 1)])


def _variance(x: Plane) -> float:
    return float((x * x).mean()) if x.size else 0.0


def _products(x: Plane, down: int, right: int) -> Plane:
    height, width = x.shape
    here = x[: height - down, max(0, -right) : width - max(0, right)]
    there = x[down:, max(0, right) : width + min(0, right)]
    return here * there


def _smooth(plane: Plane) -> Plane:
    return np.asarray(gaussian_filter(plane, WINDOW_SIGMA, radius=WINDOW_RADIUS, mode="nearest"))
