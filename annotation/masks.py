"""Masks as COCO's compressed run-length code, the one form in which they are stored and exported."""

from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Mask:
    """A mask with what is stored beside it. The box is x, y, width, height in pixels (last pixel included)."""

    rle: str
    box: tuple[int, int, int, int]
    area: int


def encode_mask(pixels: "NDArray[np.bool_]") -> Mask:
    """A boolean HxW array as a stored mask. Raises ValueError when it is empty."""
    import numpy as np
    from pycocotools import mask as coco  # slow import

    rows = np.any(pixels, axis=1).nonzero()[0]
    if not len(rows):
        raise ValueError("A mask needs at least one pixel.")
    columns = np.any(pixels[rows[0] : rows[-1] + 1], axis=0).nonzero()[0]
    box = (int(columns[0]), int(rows[0]), int(columns[-1] - columns[0] + 1), int(rows[-1] - rows[0] + 1))
    runs = _runs(pixels, box)
    code = coco.frPyObjects({"size": list(pixels.shape), "counts": runs}, *pixels.shape)
    return Mask(code["counts"].decode("ascii"), box, sum(runs[1::2]))


def _runs(pixels: "NDArray[np.bool_]", box: tuple[int, int, int, int]) -> list[int]:
    """Lengths of runs down the columns, the first one outside.

    A photograph's mask is slow to turn on its side: what changes is found row by row and put in order.
    """
    import numpy as np  # slow import

    left, top, width, height = box
    inside = pixels[top : top + height, left : left + width]
    turned = np.empty((height + 1, width), dtype=np.bool_)  # against the pixel above; outside the box there is nothing
    turned[0], turned[-1] = inside[0], inside[-1]
    np.not_equal(inside[1:], inside[:-1], out=turned[1:-1])
    rows, columns = np.divmod(np.flatnonzero(turned), width)
    column, row = np.divmod(np.sort(columns * (height + 1) + rows), height + 1)
    places = (left + column) * pixels.shape[0] + top + row
    joined = np.flatnonzero(places[1:-1:2] == places[2::2])  # a run to the foot goes on at the head of the next column
    places = np.delete(places, np.concatenate([2 * joined + 1, 2 * joined + 2]))
    ends = [0, *places.tolist(), pixels.size]
    lengths = [end - start for start, end in pairwise(ends)]
    return lengths if lengths[-1] else lengths[:-1]


def decode_mask(rle: str, width: int, height: int) -> "NDArray[np.bool_]":
    """The stored mask as a boolean HxW array. Raises ValueError when the code does not fit the size."""
    import numpy as np
    from pycocotools import mask as coco  # slow import

    pixels: Any = coco.decode({"size": [height, width], "counts": rle.encode("ascii")})
    if pixels.shape != (height, width):
        raise ValueError(f"The mask is {pixels.shape[1]}×{pixels.shape[0]}, the image {width}×{height}.")
    return np.asarray(pixels, dtype=np.bool_)


def polygon_mask(points: list[tuple[float, float]], width: int, height: int) -> Mask:
    """The filled polygon on a width x height image, whose corner 0, 0 is the upper left pixel's outer one.

    A pixel belongs when its middle lies inside. Where the outline crosses itself, inside is what an odd number of its
    sides encloses. Raises ValueError with fewer than three points or nothing inside.
    """
    import numpy as np  # slow import

    if len(points) < 3:
        raise ValueError("A polygon needs at least three points.")
    crossed = np.zeros((height, width + 1), dtype=np.bool_)  # by a side, since the middle of the pixel before
    for (x, y), (to_x, to_y) in pairwise([*points, points[0]]):
        rows = np.arange(max(0, ceil(min(y, to_y) - 0.5)), min(height, ceil(max(y, to_y) - 0.5)))
        if len(rows):
            places = x + (rows + 0.5 - y) * ((to_x - x) / (to_y - y))
            crossed[rows, np.clip(np.ceil(places - 0.5), 0, width).astype(np.intp)] ^= True
    return encode_mask(np.logical_xor.accumulate(crossed, axis=1)[:, :width])
