"""The planes that all measurements start from."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
Planes = Iterator[tuple[str, Plane]]
"""With their names, one by one: a plane that is let go of before the next is made stays in the processor's cache."""
Rgb = NDArray[np.uint8]


@dataclass(frozen=True)
class Channels:
    """float32 HxW planes on 0..1: code values, not light."""

    red: Plane
    green: Plane
    blue: Plane
    luma: Plane
    red_green: Plane
    yellow_blue: Plane


def channels_of(rgb: Rgb) -> Channels:
    """uint8 HxWx3 -> luma (Rec. 601) and the two opponent colours of Hasler and Suesstrunk (2003)."""
    red, green, blue = (np.ascontiguousarray(rgb[..., c], dtype=np.float32) / np.float32(255) for c in range(3))
    luma = np.float32(0.299) * red + np.float32(0.587) * green + np.float32(0.114) * blue
    return Channels(red, green, blue, luma, red - green, (red + green) / 2 - blue)


def halved(plane: Plane) -> Plane:
    """Mean of 2x2 pixels; a last odd row or column is dropped unless it is the only one."""
    height, width = plane.shape
    if height < 2 or width < 2:
        return plane
    even = plane[: height // 2 * 2, : width // 2 * 2]
    return (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / np.float32(4)


def across(plane: Plane) -> Plane:
    """Difference to the left neighbour, 0 in the first column; the same size."""
    steps = np.empty_like(plane)
    steps[:, :1] = 0
    np.subtract(plane[:, 1:], plane[:, :-1], out=steps[:, 1:])
    return steps


def down(plane: Plane) -> Plane:
    """Difference to the neighbour above, 0 in the first row."""
    steps = np.empty_like(plane)
    steps[:1] = 0
    np.subtract(plane[1:], plane[:-1], out=steps[1:])
    return steps
