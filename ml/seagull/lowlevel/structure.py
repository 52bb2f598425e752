"""How sharp, how noisy: gradients at four scales, noise by second differences, normalised luminance."""

import numpy as np
from scipy import ndimage

from ml.seagull.lowlevel.channels import Channels, Plane, Planes, across, down, halved

SCALES = 4
WINDOW = 7
MSCN_CONSTANT = np.float32(1 / 255)
MSCN_LIMIT = np.float32(4)
FLAT_BELOW = np.float32(0.02)
STRONG_EDGE = np.float32(0.06)


def sharpness(of: Channels) -> Planes:
    """Per scale: gradient's size, its square and root, |Laplacian|; at the first also each direction."""
    y = of.luma
    for scale in range(SCALES):
        dx, dy = across(y), down(y)
        size = np.sqrt(dx * dx + dy * dy)
        if scale == 0:
            yield "dx0", np.abs(dx)
            yield "dy0", np.abs(dy)
        yield f"gradient{scale}", size
        yield f"gradient_square{scale}", size * size
        yield f"gradient_root{scale}", np.sqrt(size)
        yield f"laplacian{scale}", _laplacian(y)
        y = halved(y)


def edges(of: Channels) -> Planes:
    """At half size: where the coarse gradient is strong, how much of it is still there at finer scales."""
    fine, middle = _gradient(of.luma), halved(of.luma)
    coarse = _gradient(ndimage.uniform_filter(middle, 3, mode="nearest"))
    strong = (coarse > STRONG_EDGE).astype(np.float32)
    yield "edge", strong
    yield "edge_fine", strong * _fitted(halved(fine), strong.shape)
    yield "edge_middle", strong * _gradient(middle)
    yield "edge_coarse", strong * coarse


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
    yield f"flat_residue{scale}", flat * residue
    yield f"residue_rg{scale}", _residue(_at(of.red_green, scale))
    yield f"residue_yb{scale}", _residue(_at(of.yellow_blue, scale))


def _normalised(scale: int, y: Plane, mean: Plane) -> Planes:
    """Local spread, and moments and neighbour products of the normalised luminance (MSCN; Mittal et al. 2012)."""
    spread = np.sqrt(np.maximum(ndimage.uniform_filter(y * y, WINDOW, mode="nearest") - mean * mean, 0))
    m = np.clip((y - mean) / (spread + MSCN_CONSTANT), -MSCN_LIMIT, MSCN_LIMIT)
    yield f"spread{scale}", spread
    yield f"spread2{scale}", spread * spread
    yield f"spread_root{scale}", np.sqrt(spread)
    yield f"very_flat{scale}", (spread < 0.006).astype(np.float32)
    yield f"quite_flat{scale}", (spread < FLAT_BELOW).astype(np.float32)
    yield f"m_abs{scale}", np.abs(m)
    yield f"m2{scale}", m * m
    yield f"m3{scale}", m * m * m
    yield f"m4{scale}", (m * m) ** 2
    for name, shift in {"h": (0, 1), "v": (1, 0), "d": (1, 1), "e": (1, -1)}.items():
        product = m * np.roll(m, shift, axis=(0, 1))
        yield f"product_{name}{scale}", product
        yield f"product_{name}_abs{scale}", np.abs(product)


def _at(plane: Plane, scale: int) -> Plane:
    for _ in range(scale):
        plane = halved(plane)
    return plane


def _gradient(plane: Plane) -> Plane:
    dx, dy = across(plane), down(plane)
    return np.sqrt(dx * dx + dy * dy)


def _laplacian(plane: Plane) -> Plane:
    around = np.pad(plane, 1, mode="edge")
    four = around[:-2, 1:-1] + around[2:, 1:-1]
    four += around[1:-1, :-2]
    four += around[1:-1, 2:]
    return np.asarray(np.abs(np.subtract(4 * plane, four, out=four)))


def _residue(plane: Plane) -> Plane:
    """The size of the difference of two Laplacians: blind to edges and slopes, awake to noise."""
    around = np.pad(plane, 1, mode="edge")
    rows = _second_step(around[:-2], around[1:-1], around[2:])
    steps = _second_step(rows[:, :-2], rows[:, 1:-1], rows[:, 2:])
    return np.asarray(np.abs(steps, out=steps))


def _second_step(before: Plane, here: Plane, after: Plane) -> Plane:
    result = 2 * here
    np.subtract(before, result, out=result)
    result += after
    return result


def _fitted(plane: Plane, shape: tuple[int, ...]) -> Plane:
    return plane[: shape[0], : shape[1]]
