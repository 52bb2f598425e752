"""Regions drawn on their image, for a person to look at."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

from ml.proposals.proposal import Level, Proposal, Rgb

COLOURS: dict[Level, tuple[int, int, int]] = {"object": (255, 60, 50), "component": (60, 230, 90)}


class OverlayError(ValueError):
    """A picture that cannot be saved; the message says where and why."""


def save(rgb: Rgb, proposals: Sequence[Proposal], path: Path) -> None:
    """`draw` as a file, in the format that its ending names. Raises OverlayError."""
    try:
        Image.fromarray(draw(rgb, proposals)).save(path)
    except (ValueError, OSError) as error:  # Pillow's for an ending that it does not know is a ValueError
        raise OverlayError(f"{path} cannot be written: {error}") from error


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
