"""How sharp, how noisy: gradients at four scales, noise by second differences, normalised luminance."""

import numpy as np
from scipy import ndimage

from ml.seagull.lowlevel.channels import Channels, Plane, Planes, across, down, halved, not_below_zero

SCALES = 4
WINDOW = 7
MSCN_CONSTANT = np.float32(1 / 255)
MSCN_LIMIT = np.float32(4)
FLAT_BELOW = np.float32(0.02)
STRONG_EDGE = np.float32(0.06)
BEFORE, HERE, AFTER = slice(-2), slice(1, -1), slice(2, None)
NEIGHBOURS = {"h": (HERE, BEFORE), "v": (BEFORE, HERE), "d": (BEFORE, BEFORE), "e": (BEFORE, AFTER)}
"""Where, in a plane with a rim of one pixel, the neighbour of each pixel is: rows, columns."""


def sharpness(of: Channels) -> Planes:
    """Per scale: gradient's size, its square and root, |Laplacian|; at the first also each direction."""
    y, finer = of.luma, of.luma
    for scale in range(SCALES):
        dx, dy = across(y), down(y)
        if scale == 0:
            yield "dx0", np.abs(dx)
            yield "dy0", np.abs(dy)
        size = _length(dx, dy)
        if scale == 1:
            yield from _edges(halved(finer), y, size)
        yield f"gradient{scale}", size
        yield f"gradient_square{scale}", ((size, size),)
        yield f"gradient_root{scale}", np.sqrt(size)
        yield f"laplacian{scale}", _laplacian(y)
        y, finer = halved(y), size


def _edges(fine: Plane, y: Plane, middle: Plane) -> Planes:
    """At half size: where the coarse gradient is strong, how much of it is still there at finer scales."""
    coarse = _gradient(ndimage.uniform_filter(y, 3, mode="nearest"))
    strong = (coarse > STRONG_EDGE).astype(np.float32)
    yield "edge", strong
    yield "edge_fine", ((strong, _fitted(fine, strong.shape)),)
    yield "edge_middle", ((strong, middle),)
    yield "edge_coarse", ((strong, coarse),)


def texture(of: Channels, scale: int) -> Planes:
    y = _at(of.luma, scale)
    mean = ndimage.uniform_filter(y, WINDOW, mode="nearest")
    yield from _noise(of, scale, y, mean)
    yield from _normalised(scale, y, mean)


def _noise(of: Channels, scale: int, y: Plane, mean: Plane) -> Planes:
    """Immerkaer's (1996) mask everywhere and in flat places, for luma and for both opponent colours."""
    residue = _residue(y)
    flat = (_gradient(mean) < FLAT_BELOW / 2).astype(np.float32)
    yield f"residue{scale}", residue
    yield f"flat{scale}", flat
    yield f"flat_residue{scale}", ((flat, residue),)
    yield f"residue_rg{scale}", _residue(_at(of.red_green, scale))
    yield f"residue_yb{scale}", _residue(_at(of.yellow_blue, scale))


def _normalised(scale: int, y: Plane, mean: Plane) -> Planes:
    """Local spread, and moments and neighbour products of the normalised luminance (MSCN; Mittal et al. 2012)."""
    spread = ndimage.uniform_filter(y * y, WINDOW, mode="nearest")
    spread -= mean * mean
    np.sqrt(not_below_zero(spread), out=spread)
    yield f"spread{scale}", spread
    yield f"spread2{scale}", ((spread, spread),)
    yield f"spread_root{scale}", np.sqrt(spread)
    yield f"very_flat{scale}", spread < 0.006
    yield f"quite_flat{scale}", spread < FLAT_BELOW
    m = y - mean
    m /= spread + MSCN_CONSTANT
    around = np.pad(np.clip(m, -MSCN_LIMIT, MSCN_LIMIT, out=m), 1, mode="wrap")
    sizes = np.abs(around)
    square = m * m
    yield f"m_abs{scale}", sizes[1:-1, 1:-1]
    yield f"m2{scale}", square
    yield f"m3{scale}", ((square, m),)
    yield f"m4{scale}", ((square, square),)
    for name, (rows, columns) in NEIGHBOURS.items():
        yield f"product_{name}{scale}", ((m, around[rows, columns]),)
        yield f"product_{name}_abs{scale}", ((sizes[1:-1, 1:-1], sizes[rows, columns]),)


def _at(plane: Plane, scale: int) -> Plane:
    for _ in range(scale):
        plane = halved(plane)
    return plane


def _gradient(plane: Plane) -> Plane:
    return _length(across(plane), down(plane))


def _length(dx: Plane, dy: Plane) -> Plane:
    """Writes over both."""
    dx *= dx
    dy *= dy
    dx += dy
    return np.sqrt(dx, out=dx)


def _laplacian(plane: Plane) -> Plane:
    """Its size. Along the rows as one long row, which numpy takes a fourth of the time for; then the ends of rows."""
    four = np.empty_like(plane, order="C")
    np.add(plane[:-2], plane[2:], out=four[1:-1])
    four[0], four[-1] = plane[0] + plane[:2][-1], plane[-2:][0] + plane[-1]
    one, line = plane.ravel(), four.ravel()
    first = four[:, 0] + plane[:, 0]
    line[1:] += one[:-1]
    four[:, 0] = first
    last = four[:, -1] + plane[:, -1]
    line[:-1] += one[1:]
    four[:, -1] = last
    return np.asarray(np.abs(np.subtract(4 * plane, four, out=four), out=four))


def _residue(plane: Plane) -> Plane:
    """The size of the difference of two Laplacians: blind to edges and slopes, awake to noise."""
    steps = _steps_along_rows(_steps_down(plane))
    return np.asarray(np.abs(steps, out=steps))


def _steps_down(plane: Plane) -> Plane:
    """The pixel above, less twice the pixel, and the one below; the plane goes on beyond its ends as it ends."""
    result = np.multiply(plane, 2, order="C")
    np.subtract(plane[:-1], result[1:], out=result[1:])
    np.subtract(plane[0], result[0], out=result[0])
    result[:-1] += plane[1:]
    result[-1] += plane[-1]
    return result


def _steps_along_rows(plane: Plane) -> Plane:
    """The same from left to right."""
    first, last = (plane[:, end] - 2 * plane[:, here] for end, here in ((0, 0), (max(-2, -plane.shape[1]), -1)))
    result = np.multiply(plane, 2, order="C")
    one, line = plane.ravel(), result.ravel()
    np.subtract(one[:-1], line[1:], out=line[1:])
    line[:-1] += one[1:]
    result[:, 0] = first + plane[:, :2][:, -1]
    if plane.shape[1] > 1:
        result[:, -1] = last + plane[:, -1]
    return result


def _fitted(plane: Plane, shape: tuple[int, ...]) -> Plane:
    return plane[: shape[0], : shape[1]]
