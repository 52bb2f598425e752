"""The planes that all measurements start from."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
Inside = NDArray[np.bool_]
Products = tuple[tuple[Plane, Plane], ...]
"""Pairs of planes; what is meant is the sum of their products, which nobody needs to write down to average it."""
Measured = Plane | Inside | Products
Planes = Iterator[tuple[str, Measured]]
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
    planes = np.ascontiguousarray(np.moveaxis(rgb, 2, 0))
    red, green, blue = (np.divide(plane, np.float32(255), dtype=np.float32) for plane in planes)
    luma = np.float32(0.299) * red
    luma += np.float32(0.587) * green
    luma += np.float32(0.114) * blue
    yellow = red + green
    yellow /= 2
    yellow -= blue
    return Channels(red, green, blue, luma, red - green, yellow)


def written(measured: Measured) -> Plane:
    """As numbers, whatever was measured."""
    if not isinstance(measured, tuple):
        return np.asarray(measured, dtype=np.float32)
    (first, second), *others = measured
    result = first * second
    for one, other in others:
        result += one * other
    return result


def shape_of(measured: Measured) -> tuple[int, ...]:
    return (measured[0][0] if isinstance(measured, tuple) else measured).shape


def halved(plane: Plane) -> Plane:
    """Mean of 2x2 pixels; a last odd row or column is dropped unless it is the only one."""
    height, width = plane.shape
    if height < 2 or width < 2:
        return plane
    even = plane[: height // 2 * 2, : width // 2 * 2]
    return (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / np.float32(4)


def across(plane: Plane) -> Plane:
    """Difference to the left neighbour, 0 in the first column; the same size."""
    steps = np.empty_like(plane, order="C")
    one, line = np.ascontiguousarray(plane).ravel(), steps.ravel()
    np.subtract(one[1:], one[:-1], out=line[1:])  # one long row: many short ones take four times as long
    steps[:, :1] = 0
    return steps


def down(plane: Plane) -> Plane:
    """Difference to the neighbour above, 0 in the first row."""
    steps = np.empty_like(plane)
    steps[:1] = 0
    np.subtract(plane[1:], plane[:-1], out=steps[1:])
    return steps


def not_below_zero(plane: Plane) -> Plane:
    """Writes over it. Beside a row of zeros numpy compares many at a time, beside a single one it does not."""
    return np.maximum(plane, np.zeros_like(plane[:1]), out=plane)
