"""Regions drawn on their image, for a person to look at."""

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from ml.proposals.proposal import Level, Proposal, Rgb

COLOURS: dict[Level, tuple[int, int, int]] = {"object": (255, 60, 50), "component": (60, 230, 90)}


def draw(rgb: Rgb, proposals: Sequence[Proposal]) -> Rgb:
    """`rgb` (uint8 HxWx3) with outlines and a light tint, objects red, components green, the best on top."""
    result = rgb.astype(np.float32)
    width = max(1, round(max(rgb.shape) / 250))
    for proposal in reversed(proposals):
        colour = np.array(COLOURS[proposal.level], dtype=np.float32)
        line = proposal.mask & ~ndimage.binary_erosion(proposal.mask, iterations=width)
        result[proposal.mask] = 0.85 * result[proposal.mask] + 0.15 * colour
        result[line] = colour
    return np.rint(result).astype(np.uint8)
