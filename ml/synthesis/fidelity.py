"""How alike two pictures look, place by place: a full-reference measure without weights or training.

A map is computed once for a pair of reference and distorted picture and pooled under as many masks as there are. The
terms are those of three published measures, in this project's own implementation: gradient similarity (Xue et al.
2014, "Gradient magnitude similarity deviation", GMSD), with the gradient of the fused picture, and chromaticity
similarity (both Nafchi et al. 2016, "Mean deviation similarity index", MDSI), and a comparison of local luminance
after Wang et al. 2004 (SSIM), without which a darker picture with the same outlines would be nearly perfect.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ml.synthesis.light import Rgb

Floats = NDArray[np.float32]
Masks = NDArray[np.bool_]
"""RxHxW."""
Metric = Callable[[Rgb, Rgb, Masks], Floats]
"""reference, distorted (uint8 HxWx3), masks RxHxW -> float32 R, how unlike they are: 0 identical, more is worse."""

# L, H and M of MDSI's equation 5: luminance and two chromaticities.
OPPONENTS = np.array([[0.2989, 0.5870, 0.1140], [0.30, 0.04, -0.35], [0.34, -0.60, 0.17]], dtype=np.float32)
GRADIENT, FUSED, CHROMA = np.float32(140.0), np.float32(55.0), np.float32(550.0)
"""C1, C2 and C3 of MDSI, for code values of 0..255."""
LUMINANCE = np.float32(40.0**2)
"""Differences among the darkest codes (under 40 of 255) count less; with SSIM's own 6.5 they would count most."""
NEIGHBOURHOOD = 7


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture as the measure sees it, HxW float32 each."""

    luminance: Floats
    chroma_h: Floats
    chroma_m: Floats
    across: Floats
    down: Floats
    mean: Floats


def seen(rgb: Rgb) -> Seen:
    """From uint8 HxWx3."""
    luminance, chroma_h, chroma_m = np.tensordot(OPPONENTS, rgb.astype(np.float32), axes=(1, 2))
    across, down = _prewitt(luminance)
    mean = ndimage.uniform_filter(luminance, NEIGHBOURHOOD, mode="nearest")
    return Seen(luminance, chroma_h, chroma_m, across, down, mean)


def difference(reference: Seen, distorted: Seen) -> Floats:
    """HxW float32, 0 where nothing changed .. 1: one minus the product of the similarities, as SSIM and VSI combine."""
    alike = _of_gradients(reference, distorted)
    alike *= _of_chroma(reference, distorted)
    alike *= _of_luminance(reference, distorted)
    return np.float32(1.0) - alike


def pooled(difference_map: Floats, masks: Masks) -> Floats:
    """float32 R: the root mean square of the map under each mask, 0..1.

    Its square is the mean's square plus the deviation's square: damage everywhere counts, and so does, as in GMSD and
    MDSI, damage of some places only. The paper measures patches cut by the mask and padded to a rectangle; padding is
    the same in both patches and so changes nothing but the mean, which is why it is left out here. What lies just
    outside the mask is the picture instead of padding and touches the outermost pixels alone. A mask without pixels
    gives 0. Six decimals: less is rounding, and identical is 0.
    """
    squared = np.square(difference_map, dtype=np.float64)
    means = [squared[mask].mean() if mask.any() else 0.0 for mask in masks]
    return np.round(np.sqrt(means), 6).astype(np.float32)


def fidelity(reference: Rgb, distorted: Rgb, masks: Masks) -> Floats:
    """The `Metric` used by default."""
    return pooled(difference(seen(reference), seen(distorted)), masks)


def _prewitt(plane: Floats) -> tuple[Floats, Floats]:
    """Prewitt's two thirds-weighted derivatives, the border repeated."""
    padded = np.pad(plane, 1, mode="edge")
    columns = padded[:-2] + padded[1:-1] + padded[2:]
    rows = padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]
    third = np.float32(1 / 3)
    return (columns[:, 2:] - columns[:, :-2]) * third, (rows[2:] - rows[:-2]) * third


def _of_gradients(reference: Seen, distorted: Seen) -> Floats:
    """MDSI's equation 4: the plain similarity, corrected by how each compares with the fused picture, held to 0..1.

    The fused picture is the mean of the two, so its gradient is the mean of theirs.
    """
    ours = np.square(reference.across) + np.square(reference.down)
    theirs = np.square(distorted.across) + np.square(distorted.down)
    fused = np.square(reference.across + distorted.across) + np.square(reference.down + distorted.down)
    fused *= np.float32(0.25)
    alike = _similar(ours, theirs, GRADIENT)
    alike += _similar(theirs, fused, FUSED)
    alike -= _similar(ours, fused, FUSED)
    return np.clip(alike, 0.0, 1.0, out=alike)


def _similar(first: Floats, second: Floats, constant: np.float32) -> Floats:
    """(2ab + c) / (a^2 + b^2 + c) from the squares of a and b."""
    above = 2 * np.sqrt(first * second) + constant
    return np.asarray(above / (first + second + constant), dtype=np.float32)


def _of_chroma(reference: Seen, distorted: Seen) -> Floats:
    """MDSI's equation 6, held to 0..1."""
    h, m = (reference.chroma_h, distorted.chroma_h), (reference.chroma_m, distorted.chroma_m)
    above = 2 * (h[0] * h[1] + m[0] * m[1]) + CHROMA
    below = np.square(h[0]) + np.square(h[1]) + np.square(m[0]) + np.square(m[1]) + CHROMA
    return np.asarray(np.clip(above / below, 0.0, 1.0), dtype=np.float32)


def _of_luminance(reference: Seen, distorted: Seen) -> Floats:
    """SSIM's term is 1 - x^2 with x = |a - b| / sqrt(a^2 + b^2 + c): blind to small changes of light.

    Here it is sqrt(1 - x), which falls with the change itself, as Weber's law has it.
    """
    ours, theirs = reference.mean, distorted.mean
    change = np.abs(ours - theirs) / np.sqrt(np.square(ours) + np.square(theirs) + LUMINANCE)
    return np.asarray(np.sqrt(np.float32(1.0) - change), dtype=np.float32)
