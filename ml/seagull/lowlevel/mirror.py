"""What the statistics of a picture are once its left and its right have changed places."""

from typing import Final

from torch import Tensor

from ml.seagull.lowlevel import geometry
from ml.seagull.lowlevel.transforms import IMAGE_NAMES, REGION_NAMES

_NAMES: Final = (*REGION_NAMES, *IMAGE_NAMES, *geometry.NAMES)
_HORIZONTAL: Final = len(REGION_NAMES) + len(IMAGE_NAMES) + geometry.NAMES.index("x")
_DIAGONALS: Final = tuple(
    (_NAMES.index(f"product_d{kind}{scale}"), _NAMES.index(f"product_e{kind}{scale}"))
    for scale in (0, 1)
    for kind in ("", "_abs")
)
"""A pixel's neighbours up to the left and up to the right."""


def mirrored(statistics: Tensor) -> Tensor:
    """R x STATISTICS of the mirrored picture's regions: the place's sign is another, and the diagonals are exchanged."""
    order = list(range(statistics.shape[1]))
    for left, right in _DIAGONALS:
        order[left], order[right] = right, left
    result = statistics[:, order]
    result[:, _HORIZONTAL] *= -1
    return result
