"""Mask pooling, MP of Eq. 2: the mean of an image level over the cells that a region touches."""

from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

NO_DIVISION_BY_ZERO: Final = 1e-8


def cells_of(masks: Tensor, size: tuple[int, int]) -> Tensor:
    """R x side x side of 0 and 1 to R x `size`, bool: the cells that a region owns on a level of that size.

    The published rule: bilinear sampling without antialiasing, then everything above zero. At the encoder's strides
    this looks at the four pixels in the middle of a cell only, so a small region may own no cell at all.
    """
    if masks.shape[-2:] == torch.Size(size):
        return masks > 0
    sampled = functional.interpolate(masks[:, None].float(), size=size, mode="bilinear", align_corners=False)
    return sampled[:, 0] > 0


def pool(level: Tensor, masks: Tensor) -> Tensor:
    """C x H x W of one image and its R x side x side masks to R x C; a region without a cell gets zeros.

    Sums run in float32 whatever the features are: half precision has no room for the sum of 16384 cells.
    """
    owned = cells_of(masks, (level.shape[-2], level.shape[-1])).flatten(1).float()
    shares = owned / (owned.sum(dim=1, keepdim=True) + NO_DIVISION_BY_ZERO)
    return (shares @ level.flatten(1).float().T).to(level.dtype)
