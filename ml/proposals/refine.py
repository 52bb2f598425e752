"""From a union of patches of the reduced image to a clean mask at full resolution."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from ml.proposals.cleaning import one_part
from ml.proposals.proposal import Mask
from ml.proposals.superpixels import Floats

RADIUS = 5
EPSILON = 12.0
"""Of the guided filter: window radius in reduced pixels, and variance of lightness (Lab units squared) below which the
outline is smoothed instead of following the image."""
DISC = ndimage.iterate_structure(ndimage.generate_binary_structure(2, 1), 2)


def full_mask(small: Mask, light: Floats, guide: Floats) -> Mask:
    """`small` (bool hxw) at full size (bool HxW): smooth, on the image's edges, one connected part, no pinholes.

    `light` is lightness at the reduced size (hxw, 0..100), `guide` at full size (HxW, 0..100).
    The edge following is the fast guided filter (He and Sun, 2015): its coefficients are computed small.
    """
    height, width = guide.shape
    window = _window(small, 3 * RADIUS)
    solid = _without_threads(small[window])
    slope, offset = _coefficients(ndimage.gaussian_filter(solid.astype(np.float32), 1.2), light[window])
    target = tuple(
        slice(round(part.start * full / size), round(part.stop * full / size))
        for part, full, size in zip(window, (height, width), small.shape, strict=True)
    )
    cut = guide[target]
    soft = _grow(slope, cut.shape) * cut + _grow(offset, cut.shape)
    mask = np.zeros((height, width), dtype=np.bool_)
    mask[target] = one_part(ndimage.gaussian_filter(soft, 0.6 * height / small.shape[0]) > 0.5)
    return mask


def _without_threads(small: Mask) -> Mask:
    """Cuts off what is only a few reduced pixels wide, unless the region as a whole is like that."""
    whole = one_part(small)
    opened = one_part(ndimage.binary_opening(np.pad(whole, 2, mode="edge"), DISC)[2:-2, 2:-2])
    return opened if np.count_nonzero(opened) > 0.8 * np.count_nonzero(whole) else whole


def _window(small: Mask, margin: int) -> tuple[slice, slice]:
    rows, columns = ndimage.find_objects(small.astype(np.uint8))[0]
    height, width = small.shape
    return (
        slice(max(0, rows.start - margin), min(height, rows.stop + margin)),
        slice(max(0, columns.start - margin), min(width, columns.stop + margin)),
    )


def _coefficients(soft: Floats, light: Floats) -> tuple[Floats, Floats]:
    side = 2 * RADIUS + 1
    mean_light, mean_soft = ndimage.uniform_filter(light, side), ndimage.uniform_filter(soft, side)
    covariance = ndimage.uniform_filter(light * soft, side) - mean_light * mean_soft
    variance = ndimage.uniform_filter(light * light, side) - mean_light * mean_light
    slope = covariance / (variance + EPSILON)
    offset = mean_soft - slope * mean_light
    return ndimage.uniform_filter(slope, side), ndimage.uniform_filter(offset, side)


def _grow(values: Floats, shape: tuple[int, ...]) -> NDArray[np.float32]:
    return np.asarray(Image.fromarray(values).resize((shape[1], shape[0]), Image.Resampling.BILINEAR))
