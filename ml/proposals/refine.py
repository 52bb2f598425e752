"""From a union of patches of the reduced image to a clean mask at full resolution."""

import numpy as np
from scipy import ndimage

from ml.proposals.blurring import blurred
from ml.proposals.cleaning import largest_part, one_part
from ml.proposals.drawing import grown_inside
from ml.proposals.growing import grown
from ml.proposals.proposal import Mask, Rgb
from ml.proposals.superpixels import Floats

RADIUS = 5
EPSILON = 300.0
"""Of the guided filter: window radius in reduced pixels, and variance of colour (of 0..255, squared) below which the
outline is smoothed instead of following the image."""
Window = tuple[slice, slice]
GREY: Floats = np.full(3, 3**-0.5, dtype=np.float32)


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
    bytes_ = np.clip(soft * 256, 0, 255).astype(np.uint8)
    bytes_[clean & ~inside], bytes_[inside & ~clean] = 255, 0
    return largest_part(grown_inside(bytes_, shape))


def _soft(solid: Mask, small_rgb: Rgb, fine_rgb: Rgb) -> Floats:
    """0..1 at the size of `fine_rgb`: how much each pixel belongs to `solid`."""
    mixture = _telling(small_rgb, solid)
    small = ndimage.gaussian_filter(solid.astype(np.float32), 1.2)
    slope, offset = grown(_coefficients(small, small_rgb @ mixture), fine_rgb.shape[:2])
    soft = np.multiply(slope, fine_rgb @ mixture, out=slope)
    soft += offset
    soft = blurred(soft, 0.6 * fine_rgb.shape[0] / small_rgb.shape[0])
    if _share(soft > 0.5) < 0.5 * _share(solid):  # thinner than the filter's window and without an edge to hold it
        [soft] = grown([ndimage.gaussian_filter(solid.astype(np.float32), 0.6)], fine_rgb.shape[:2])
    return soft


def _without_threads(small: Mask) -> Mask:
    """Cuts off what is only a few reduced pixels wide, unless the region as a whole is like that."""
    whole = one_part(small)
    opened = one_part(_opened(whole))
    return opened if np.count_nonzero(opened) > 0.8 * np.count_nonzero(whole) else whole


def _opened(small: Mask) -> Mask:
    """What crosses of two pixels' reach in it cover; it goes on beyond its ends as it ends."""
    around = np.pad(small, 2, mode="edge")
    for both in (np.logical_and, np.logical_or):
        for _ in range(2):
            wide = np.pad(around, 1)
            beside = wide[1:-1, :-2], wide[1:-1, 2:], wide[:-2, 1:-1], wide[2:, 1:-1]
            around = both.reduce([around, *beside])
    return around[2:-2, 2:-2]


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
    count = np.count_nonzero(inside)
    if count in (0, inside.size):
        return GREY
    pixels = rgb.reshape(-1, 3).astype(np.float64)
    within = inside.ravel().astype(np.float64) @ pixels
    step = within / count - (pixels.sum(axis=0) - within) / (inside.size - count)
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


def _share(inside: Mask) -> float:
    return float(np.count_nonzero(inside) / inside.size)
