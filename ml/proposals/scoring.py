"""How much a union of patches looks like a whole thing, and how much like a part of one."""

from dataclasses import dataclass

import numpy as np

from ml.proposals.hierarchy import Unions
from ml.proposals.superpixels import Floats, PatchGraph


@dataclass(frozen=True, eq=False)
class Looks:
    """Measures of K unions, each an array of K. All in 0..1 unless said otherwise.

    share    of the image's pixels             frame     of the image's frame that it touches
    sides    sides of the frame that it touches over a good part of its length (0..4)
    closed   mean sureness of the dividing line around it
    leak     share of that line where nothing divides
    divided  mean sureness of dividing lines within it
    contrast difference from the patches around it       within    difference of its patches from each other
    salient  mean saliency inside              stands    that minus the mean saliency around it (-1..1)
    compact  4 pi area / perimeter^2           filled    area / area of its bounding box
    central  1 in the middle, towards 0 in a corner
    """

    share: Floats
    frame: Floats
    sides: Floats
    closed: Floats
    leak: Floats
    divided: Floats
    contrast: Floats
    within: Floats
    salient: Floats
    stands: Floats
    compact: Floats
    filled: Floats
    central: Floats


def looks(graph: PatchGraph, unions: Unions, salient: Floats) -> Looks:
    """Measures `unions` (KxN); `salient` is the saliency of each patch (N)."""
    rows = unions.astype(np.float32)
    area = rows @ graph.area
    outer = _across(rows, graph.shared)
    within = _inside(rows, graph.shared)
    weight = rows * graph.area / np.maximum(area, 1.0)[:, None]
    near = _ring(graph, rows) * graph.area
    near /= np.maximum(near.sum(axis=1), 1.0)[:, None]
    unlike = weight @ graph.unlike
    on_frame = rows @ graph.border
    perimeter = 0.8 * (outer + on_frame)
    return Looks(
        share=area / graph.area.sum(),
        frame=on_frame / graph.border.sum(),
        sides=(rows @ graph.sides > 0.12 * graph.sides.sum(axis=0)).sum(axis=1).astype(np.float32),
        closed=_across(rows, graph.divided) / np.maximum(outer, 1.0),
        leak=_across(rows, graph.undivided) / np.maximum(outer, 1.0),
        divided=_inside(rows, graph.divided) / np.maximum(within, 1.0),
        contrast=(unlike * near).sum(axis=1),
        within=(unlike * weight).sum(axis=1),
        salient=weight @ salient,
        stands=weight @ salient - near @ salient,
        compact=np.clip(4 * np.pi * area / np.maximum(perimeter, 1.0) ** 2, 0.0, 1.0),
        filled=_filled(graph, unions, area),
        central=_central(graph, weight),
    )


def objectness(seen: Looks) -> Floats:
    """K in 0..1: salient, set off from its surroundings by a closed line and by colour, big, off the frame."""
    size = _bump(seen.share, low=0.008, best_low=0.05, best_high=0.45, high=0.8)
    merit = (
        0.30 * _ramp(seen.closed - 0.3 * seen.divided, 0.2, 0.7)
        + 0.15 * _ramp(seen.contrast - 0.4 * seen.within, 0.1, 0.7)
        + 0.30 * _ramp(seen.stands, 0.0, 0.5)
        + 0.10 * seen.salient
        + 0.15 * seen.central
    )
    in_front = 0.4 + 0.6 * _ramp(seen.stands, -0.05, 0.12)
    return np.asarray(merit * size * in_front * _sealed(seen) * _off_frame(seen) * _solid(seen))


def partness(seen: Looks) -> Floats:
    """K in 0..1: one material inside a closed line, small, compact, on something salient."""
    size = _bump(seen.share, low=0.004, best_low=0.012, best_high=0.07, high=0.18)
    merit = (
        0.35 * _ramp(seen.closed - 0.6 * seen.divided, 0.2, 0.7)
        + 0.25 * _ramp(seen.contrast - seen.within, 0.05, 0.6)
        + 0.20 * _ramp(seen.compact, 0.15, 0.65)
        + 0.20 * seen.central
    )
    on_something = 0.35 + 0.65 * _ramp(seen.salient, 0.05, 0.5)
    return np.asarray(merit * size * on_something * _sealed(seen) * _off_frame(seen) * _solid(seen))


def wholeness(seen: Looks) -> Floats:
    """K in 0..1: one thing, whatever it is, background too: what a person means who clicks on it."""
    size = _bump(seen.share, low=0.0005, best_low=0.012, best_high=0.5, high=1.0)
    merit = 0.4 * _ramp(seen.closed - 0.4 * seen.divided, 0.1, 0.7) + 0.3 * _ramp(
        seen.contrast - 0.5 * seen.within, 0.0, 0.6
    )
    return np.maximum(merit * size * _sealed(seen) + 0.3 * objectness(seen), 1e-6).astype(np.float32)


def _sealed(seen: Looks) -> Floats:
    return np.asarray(1.0 - 0.8 * _ramp(seen.leak, 0.05, 0.45))


def _off_frame(seen: Looks) -> Floats:
    """One side is where a portrait is cut; three are a background."""
    sides = (1.0 - 0.25 * _ramp(seen.sides, 1.0, 2.0)) * (1.0 - 0.5 * _ramp(seen.sides, 2.0, 3.0))
    return np.asarray(sides * (1.0 - 0.6 * _ramp(seen.frame, 0.25, 0.6)))


def _solid(seen: Looks) -> Floats:
    """Slivers, stripes and webs fill little of their box or have a long outline."""
    return np.asarray(_ramp(seen.filled, 0.12, 0.38) * _ramp(seen.compact, 0.04, 0.15))


def _across(rows: Floats, lines: Floats) -> Floats:
    """K: the part of `lines` (NxN) that runs between a union and the rest."""
    return np.asarray(((rows @ lines) * (1.0 - rows)).sum(axis=1), dtype=np.float32)


def _inside(rows: Floats, lines: Floats) -> Floats:
    return np.asarray(((rows @ lines) * rows).sum(axis=1), dtype=np.float32)


def _ring(graph: PatchGraph, rows: Floats) -> Floats:
    """KxN: patches within two steps outside each union."""
    once = ((rows @ graph.touching) > 0) | (rows > 0)
    twice = (once.astype(np.float32) @ graph.touching) > 0
    return np.asarray((once | twice) & (rows == 0), dtype=np.float32)


def _filled(graph: PatchGraph, unions: Unions, area: Floats) -> Floats:
    top, left = (np.where(unions, graph.boxes[:, k], np.inf).min(axis=1) for k in (0, 1))
    bottom, right = (np.where(unions, graph.boxes[:, k], -np.inf).max(axis=1) for k in (2, 3))
    return np.asarray(area / np.maximum((bottom - top) * (right - left), 1.0), dtype=np.float32)


def _central(graph: PatchGraph, weight: Floats) -> Floats:
    offset = weight @ graph.centre - 0.5
    return np.asarray(np.exp(-(offset**2).sum(axis=1) / (2 * 0.25**2)), dtype=np.float32)


def _ramp(values: Floats, low: float, high: float) -> Floats:
    return np.asarray(np.clip((values - low) / (high - low), 0.0, 1.0))


def _bump(values: Floats, *, low: float, best_low: float, best_high: float, high: float) -> Floats:
    """0 outside low..high, 1 between the two best, straight (in the logarithm) between."""
    rise = _ramp(np.log(np.maximum(values, 1e-6)), float(np.log(low)), float(np.log(best_low)))
    fall = 1.0 - _ramp(values, best_high, high)
    return np.asarray(rise * fall)
