"""Images and masks as every judge takes them."""

import numpy as np
from numpy.typing import NDArray

from ml.seagull.preprocessing import InputError

Rgb = NDArray[np.uint8]
Masks = NDArray[np.bool_]


def checked_image(rgb: Rgb) -> Rgb:
    """Raises InputError."""
    if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3 or not rgb.size:
        raise InputError(f"an image is HxWx3 of uint8, not {rgb.shape} of {rgb.dtype}")
    return rgb


def checked_masks(masks: Masks, rgb: Rgb) -> Masks:
    """Raises InputError."""
    if masks.dtype != np.bool_ or masks.ndim != 3 or masks.shape[1:] != rgb.shape[:2]:
        wanted = f"R x {rgb.shape[0]} x {rgb.shape[1]} of bool"
        raise InputError(f"the masks of this image are {wanted}, not {masks.shape} of {masks.dtype}")
    return masks
