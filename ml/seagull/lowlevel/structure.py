"""How sharp, how noisy: gradients at four scales, noise by second differences, normalised luminance."""

import numpy as np
from scipy import ndimage

from ml.seagull.lowlevel.channels import Channels, Plane, across, down, halved

SCALES = 4
WINDOW = 7
MSCN_CONSTANT = np.float32(1 / 255)
MSCN_LIMIT = np.float32(4)
FLAT_BELOW = np.float32(0.02)
STRONG_EDGE = np.float32(0.06)


def sharpness(of: Channels) -> list[dict[str, Plane]]:
    """Per scale: gradient's size, its square and root, |Laplacian|; at the first also each direction."""
    result = []
    y = of.luma
    for scale in range(SCALES):
        dx, dy = across(y), down(y)
        size = np.sqrt(dx * dx + dy * dy)
        planes = {
            "gradient": size,
            "gradient_square": size * size,
            "gradient_root": np.sqrt(size),
            "laplacian": _laplacian(y),
        }
        if scale == 0:
            planes |= {"dx": np.abs(dx), "dy": np.abs(dy)}
        result.append({f"{name}{scale}": plane for name, plane in planes.items()})
        y = halved(y)
    return result


def edges(of: Channels) -> dict[str, Plane]:
    """At half size: where the coarse gradient is strong, how much of it is still there at finer scales."""
    fine, middle = _gradient(of.luma), halved(of.luma)
    coarse = _gradient(ndimage.uniform_filter(middle, 3, mode="nearest"))
    strong = (coarse > STRONG_EDGE).astype(np.float32)
    return {
        "edge": strong,
        "edge_fine": strong * _fitted(halved(fine), strong.shape),
        "edge_middle": strong * _gradient(middle),
        "edge_coarse": strong * coarse,
    }


def noise(of: Channels, scale: int) -> dict[str, Plane]:
    """Immerkaer's (1996) mask everywhere and in flat places, for luma and for both opponent colours."""
    y = _at(of.luma, scale)
    residue = np.abs(_immerkaer(y))
    flat = (_gradient(ndimage.uniform_filter(y, WINDOW, mode="nearest")) < FLAT_BELOW / 2).astype(np.float32)
    planes = {"residue": residue, "flat": flat, "flat_residue": flat * residue}
    planes |= {
        "residue_rg": np.abs(_immerkaer(_at(of.red_green, scale))),
        "residue_yb": np.abs(_immerkaer(_at(of.yellow_blue, scale))),
    }
    return {f"{name}{scale}": plane for name, plane in planes.items()}


def normalised(of: Channels, scale: int) -> dict[str, Plane]:
    """Local spread, and moments and neighbour products of the normalised luminance (MSCN; Mittal et al. 2012)."""
    y = _at(of.luma, scale)
    mean = ndimage.uniform_filter(y, WINDOW, mode="nearest")
    spread = np.sqrt(np.maximum(ndimage.uniform_filter(y * y, WINDOW, mode="nearest") - mean * mean, 0))
    m = np.clip((y - mean) / (spread + MSCN_CONSTANT), -MSCN_LIMIT, MSCN_LIMIT)
    planes = {
        "spread": spread,
        "spread2": spread * spread,
        "spread_root": np.sqrt(spread),
        "very_flat": (spread < 0.006).astype(np.float32),
        "quite_flat": (spread < FLAT_BELOW).astype(np.float32),
        "m_abs": np.abs(m),
        "m2": m * m,
        "m3": m * m * m,
        "m4": (m * m) ** 2,
    }
    for name, shift in {"h": (0, 1), "v": (1, 0), "d": (1, 1), "e": (1, -1)}.items():
        product = m * np.roll(m, shift, axis=(0, 1))
        planes |= {f"product_{name}": product, f"product_{name}_abs": np.abs(product)}
    return {f"{name}{scale}": plane for name, plane in planes.items()}


def _at(plane: Plane, scale: int) -> Plane:
    for _ in range(scale):
        plane = halved(plane)
    return plane


def _gradient(plane: Plane) -> Plane:
    dx, dy = across(plane), down(plane)
    return np.sqrt(dx * dx + dy * dy)


def _laplacian(plane: Plane) -> Plane:
    around = np.pad(plane, 1, mode="edge")
    four = around[:-2, 1:-1] + around[2:, 1:-1] + around[1:-1, :-2] + around[1:-1, 2:]
    return np.asarray(np.abs(4 * plane - four))


def _immerkaer(plane: Plane) -> Plane:
    """The difference of two Laplacians: blind to edges and slopes, awake to noise."""
    around = np.pad(plane, 1, mode="edge")
    rows = around[:-2] - 2 * around[1:-1] + around[2:]
    return np.asarray(rows[:, :-2] - 2 * rows[:, 1:-1] + rows[:, 2:])


def _fitted(plane: Plane, shape: tuple[int, ...]) -> Plane:
    return plane[: shape[0], : shape[1]]
