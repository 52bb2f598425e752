"""From a union of patches of the reduced image to a clean mask at full resolution."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from ml.proposals.cleaning import largest_part, one_part
from ml.proposals.proposal import Mask, Rgb
from ml.proposals.superpixels import Floats
from ml.runs import runs_of

RADIUS = 5
EPSILON = 300.0
"""Of the guided filter: window radius in reduced pixels, and variance of colour (of 0..255, squared) below which the
outline is smoothed instead of following the image."""
HALF = 127
BLOCK = 128
"""Pixels along the side of a block of a large mask: an outline runs through few of them."""
Window = tuple[slice, slice]
GREY: Floats = np.full(3, 3**-0.5, dtype=np.float32)
DISC = ndimage.iterate_structure(ndimage.generate_binary_structure(2, 1), 2)


def full_mask(small: Mask, small_rgb: Rgb, fine_rgb: Rgb, size: tuple[int, int]) -> Mask:
    """`small` (bool hxw) at full size (bool HxW): smooth, on the image's edges, one connected part, no pinholes.

    `small_rgb` (uint8 hxwx3) is the image at the reduced size, `fine_rgb` (uint8) at the size that outlines follow,
    `size` the full (H, W). All False when `small` is too thin to show.
    The edge following is the fast guided filter (He and Sun, 2015): its coefficients are computed small. Its guide is
    the one mixture of red, green and blue that tells this region from what surrounds it.
    """
    mask = np.zeros(size, dtype=np.bool_)
    window, part = part_of_mask(small, small_rgb, fine_rgb, size)
    mask[window] = part
    return mask


def part_of_mask(small: Mask, small_rgb: Rgb, fine_rgb: Rgb, size: tuple[int, int]) -> tuple[Window, Mask]:
    """As `full_mask`, but only the window (rows, columns) of the full image outside which it is False."""
    window = _window(small, 3 * RADIUS)
    solid = _without_threads(small[window])
    fine = fine_rgb[_scaled(window, small.shape, fine_rgb.shape[:2])]
    rows, columns = target = _scaled(window, small.shape, size)
    return target, _drawn(_soft(solid, small_rgb[window], fine), (rows.stop - rows.start, columns.stop - columns.start))


def _drawn(soft: Floats, shape: tuple[int, int]) -> Mask:
    """Where `soft` is above a half, as one part. Cleaned before it is drawn larger: afterwards that takes a second."""
    inside = soft > 0.5
    clean = one_part(inside)
    if soft.shape == shape:
        return clean
    bytes_ = np.clip(np.where(clean == inside, soft, clean) * 256, 0, 255).astype(np.uint8)
    return largest_part(_grown_inside(bytes_, shape))


def _soft(solid: Mask, small_rgb: Rgb, fine_rgb: Rgb) -> Floats:
    """0..1 at the size of `fine_rgb`: how much each pixel belongs to `solid`."""
    mixture = _telling(small_rgb, solid)
    blurred = ndimage.gaussian_filter(solid.astype(np.float32), 1.2)
    slope, offset = _coefficients(blurred, small_rgb @ mixture)
    guide = fine_rgb @ mixture
    soft = _grown(slope, guide.shape) * guide + _grown(offset, guide.shape)
    soft = ndimage.gaussian_filter(soft, 0.6 * fine_rgb.shape[0] / small_rgb.shape[0])
    if np.mean(soft > 0.5) < 0.5 * solid.mean():  # thinner than the filter's window and without an edge to hold it
        return _grown(ndimage.gaussian_filter(solid.astype(np.float32), 0.6), guide.shape)
    return np.asarray(soft)


def _without_threads(small: Mask) -> Mask:
    """Cuts off what is only a few reduced pixels wide, unless the region as a whole is like that."""
    whole = one_part(small)
    opened = one_part(ndimage.binary_opening(np.pad(whole, 2, mode="edge"), DISC)[2:-2, 2:-2])
    return opened if np.count_nonzero(opened) > 0.8 * np.count_nonzero(whole) else whole


def _window(small: Mask, margin: int) -> Window:
    rows, columns = ndimage.find_objects(small.astype(np.uint8))[0]
    height, width = small.shape
    return (
        slice(max(0, rows.start - margin), min(height, rows.stop + margin)),
        slice(max(0, columns.start - margin), min(width, columns.stop + margin)),
    )


def _scaled(window: Window, size: tuple[int, ...], target: tuple[int, ...]) -> Window:
    """The same window in an image of another size."""
    rows, columns = (
        slice(round(part.start * to / old), round(part.stop * to / old))
        for part, old, to in zip(window, size, target, strict=True)
    )
    return rows, columns


def _telling(rgb: Rgb, inside: Mask) -> Floats:
    """3, of length 1: the direction from the mean colour outside to the mean colour inside; grey when they agree."""
    if inside.all() or not inside.any():
        return GREY
    step = rgb[inside].mean(axis=0) - rgb[~inside].mean(axis=0)
    length = float(np.linalg.norm(step))
    return GREY if length < 1.0 else np.asarray(step / length, dtype=np.float32)


def _coefficients(soft: Floats, guide: Floats) -> tuple[Floats, Floats]:
    side = 2 * RADIUS + 1
    mean_guide, mean_soft = ndimage.uniform_filter(guide, side), ndimage.uniform_filter(soft, side)
    covariance = ndimage.uniform_filter(guide * soft, side) - mean_guide * mean_soft
    variance = ndimage.uniform_filter(guide * guide, side) - mean_guide * mean_guide
    slope = covariance / (variance + EPSILON)
    offset = mean_soft - slope * mean_guide
    return ndimage.uniform_filter(slope, side), ndimage.uniform_filter(offset, side)


def _grown_inside(values: NDArray[np.uint8], shape: tuple[int, int]) -> Mask:
    """`_grown(values, shape) > HALF`, block by block: what lies between equals is equal, so only outlines are drawn."""
    result = np.empty(shape, dtype=np.bool_)
    down, along = (old / new for old, new in zip(values.shape, shape, strict=True))
    source = Image.fromarray(values)
    lefts = np.arange(0, shape[1], BLOCK)
    rights = np.minimum(lefts + BLOCK, shape[1])
    ends = _reached(lefts, rights, along, values.shape[1])
    for top in range(0, shape[0], BLOCK):
        bottom = min(top + BLOCK, shape[0])
        near = values[max(0, int(top * down) - 1) : int(bottom * down) + 2]
        most = np.maximum.reduceat(np.append(near.max(axis=0), 0), ends)[::2] > HALF
        least = np.minimum.reduceat(np.append(near.min(axis=0), HALF), ends)[::2] > HALF
        result[top:bottom] = np.repeat(least, rights - lefts)
        begins, lasts = runs_of((most & ~least)[None])
        for left, right in zip(lefts[begins].tolist(), rights[lasts - 1].tolist(), strict=True):
            box = left * along, top * down, right * along, bottom * down
            drawn = source.resize((right - left, bottom - top), Image.Resampling.BILINEAR, box=box)
            result[top:bottom, left:right] = np.asarray(drawn) > HALF
    return result


def _reached(lefts: NDArray[np.intp], rights: NDArray[np.intp], along: float, width: int) -> NDArray[np.intp]:
    """Where what is seen of the values in each block begins and ends, one behind the other."""
    first = np.maximum((lefts * along).astype(np.intp) - 1, 0)
    last = np.minimum((rights * along).astype(np.intp) + 2, width)
    return np.stack([first, last], axis=1).ravel()


def _grown(values: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    if values.shape == shape:
        return values
    return np.asarray(Image.fromarray(values).resize((shape[1], shape[0]), Image.Resampling.BILINEAR))
