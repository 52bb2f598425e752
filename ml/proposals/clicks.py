"""The region a person means by clicks and a box, on the patches of an image."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.proposals import scoring
from ml.proposals.hierarchy import Unions
from ml.proposals.proposal import Box, Mask, Point
from ml.proposals.saliency import parts
from ml.proposals.superpixels import Floats, PatchGraph

Members = NDArray[np.bool_]
Places = NDArray[np.intp]
BOX_SHARE = 0.5
"""A patch belongs to a box that holds this much of it."""


@dataclass(frozen=True, eq=False)
class PatchPrompt:
    """Clicks as patches: those wanted, those refused, and which lie in the box (bool N, None without a box)."""

    wanted: list[int]
    refused: list[int]
    boxed: Members | None


def on_patches(graph: PatchGraph, points: Sequence[Point], box: Box | None, size: tuple[int, ...]) -> PatchPrompt:
    """`points` and `box` are in pixels of the full image of `size` (H, W). A patch clicked both ways is wanted."""
    rows, columns = _scales(graph, size)
    patch = {(x, y): int(graph.labels[rows[y], columns[x]]) for x, y, _ in points}
    wanted = sorted({patch[x, y] for x, y, positive in points if positive})
    refused = sorted({patch[x, y] for x, y, positive in points if not positive} - set(wanted))
    return PatchPrompt(wanted, refused, _boxed(graph, box, size) if box else None)


def meant(graph: PatchGraph, way: Floats, unions: Unions, seen: scoring.Looks, prompt: PatchPrompt) -> Members:
    """The patches (bool N) of the best region that holds every wanted and no refused patch.

    `unions` (KxN), measured as `seen`, are the regions to choose from. Where none fits, the best one that holds the
    wanted patches is divided between the wanted and the refused by the shorter way.
    """
    worth = scoring.wholeness(seen) * _fits_box(graph, unions, prompt.boxed)
    best, merit = _best(worth, unions, prompt.wanted, prompt.refused)
    if merit < 0.0:
        best, merit = _best(worth, unions, prompt.wanted, [])
    if len(prompt.wanted) > 1:
        alone = [_best(worth, unions, [patch], []) for patch in prompt.wanted]
        if merit < 0.5 * sum(each for _, each in alone) / len(alone):
            best = np.any([members for members, _ in alone], axis=0)
    return _trimmed(graph, way, best, prompt)


def obeying(mask: Mask, graph: PatchGraph, points: Sequence[Point], box: Box | None) -> Mask:
    """`mask` (bool HxW) with the pixels of positive clicks in it, of negative ones and outside the box not.

    The mask itself where it obeys already: a copy of a photograph's is not for nothing.
    """
    if box is None and all(mask[y, x] == positive for x, y, positive in points):
        return mask
    rows, columns = _scales(graph, mask.shape)
    result = mask.copy()
    if box:
        left, top, width, height = box
        result[:] = False
        result[top : top + height, left : left + width] = mask[top : top + height, left : left + width]
    for x, y, positive in points:
        if result[y, x] != positive:
            patch = graph.labels == graph.labels[rows[y], columns[x]]
            window = _window(patch, rows, columns)
            pixels = patch[rows[window[0]]][:, columns[window[1]]] & _nearest(window, (x, y, positive), points)
            if not positive:
                result[window] &= ~pixels
            else:
                result[window] |= pixels & _within(window, box) if box else pixels
    return result


def _window(patch: Members, rows: Places, columns: Places) -> tuple[slice, slice]:
    """Where in the full image the patch (bool hxw) lies."""
    found = []
    for scale, seen in ((rows, patch.any(axis=1)), (columns, patch.any(axis=0))):
        own = np.flatnonzero(seen)
        found.append(slice(int(np.searchsorted(scale, own[0])), int(np.searchsorted(scale, own[-1], side="right"))))
    return found[0], found[1]


def _within(window: tuple[slice, slice], box: Box) -> Mask:
    left, top, width, height = box
    y, x = np.ogrid[window]
    return (top <= y) & (y < top + height) & (left <= x) & (x < left + width)


def _nearest(window: tuple[slice, slice], point: Point, points: Sequence[Point]) -> Mask:
    """Pixels of the window that lie nearer to `point` than to any click of the other kind."""
    y, x = np.ogrid[window]
    own = (x - point[0]) ** 2 + (y - point[1]) ** 2
    nearest = np.ones(own.shape, dtype=np.bool_)
    for other in points:
        if other[2] != point[2]:
            nearest &= own < (x - other[0]) ** 2 + (y - other[1]) ** 2
    return nearest


def _best(worth: Floats, unions: Unions, wanted: Sequence[int], refused: Sequence[int]) -> tuple[Members, float]:
    """The union of most worth that holds all wanted and no refused patches, and its worth: -1 when there is none."""
    fine = unions[:, list(wanted)].all(axis=1) & ~unions[:, list(refused)].any(axis=1)
    allowed = np.where(fine, worth, np.float32(-1.0))
    index = int(allowed.argmax())
    return unions[index], float(allowed[index])


def _trimmed(graph: PatchGraph, way: Floats, members: Members, prompt: PatchPrompt) -> Members:
    """Without what is nearer to a refused patch or outside the box, then only the pieces that were asked for."""
    result = members.copy()
    if prompt.wanted and members[prompt.refused].any():
        result &= way[prompt.wanted].min(axis=0) < way[prompt.refused].min(axis=0)
    result[prompt.refused] = False
    if prompt.boxed is not None:
        result &= prompt.boxed
    result[prompt.wanted] = True
    pieces = parts(graph, result)
    if not prompt.wanted:
        return max(pieces, key=lambda piece: float(graph.area[piece].sum()), default=members)
    return np.asarray(np.any([piece for piece in pieces if piece[prompt.wanted].any()], axis=0))


def _fits_box(graph: PatchGraph, unions: Unions, boxed: Members | None) -> Floats:
    """Intersection over union with the box, cubed so that it outweighs looks; 1 without a box."""
    if boxed is None:
        return np.ones(len(unions), dtype=np.float32)
    shared = (unions & boxed) @ graph.area
    return np.asarray((shared / ((unions | boxed) @ graph.area)) ** 3 + 1e-6, dtype=np.float32)


def _boxed(graph: PatchGraph, box: Box, size: tuple[int, ...]) -> Members:
    rows, columns = _scales(graph, size)
    left, top, width, height = box
    inside = np.zeros(graph.labels.shape, dtype=np.float32)
    inside[rows[top] : rows[top + height - 1] + 1, columns[left] : columns[left + width - 1] + 1] = 1.0
    share = np.bincount(graph.labels.ravel(), weights=inside.ravel(), minlength=graph.count) / graph.area
    within = share >= BOX_SHARE
    return within if within.any() else share == share.max()


def _scales(graph: PatchGraph, size: tuple[int, ...]) -> tuple[Places, Places]:
    """For each full row and column the reduced one it falls into."""
    height, width = graph.labels.shape
    return np.arange(size[0]) * height // size[0], np.arange(size[1]) * width // size[1]
