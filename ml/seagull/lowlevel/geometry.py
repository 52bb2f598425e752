"""Where a region lies and how much of the picture it is."""

import numpy as np
from numpy.typing import NDArray

NAMES = ("area_root", "log_area", "width", "height", "fill", "x", "y", "off_centre", "central", "touches", "log_pixels")
LEAST = 1e-6


def geometry(masks: NDArray[np.bool_]) -> NDArray[np.float32]:
    """(R, H, W) -> (R, 11): shares of the picture, and the logarithm of the region's pixels. Empty masks: zeros."""
    return np.stack([_of(mask) for mask in masks]) if len(masks) else np.zeros((0, len(NAMES)), np.float32)


def _of(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    height, width = mask.shape
    of_rows, of_columns = _counts(mask)
    rows, columns = of_rows.nonzero()[0], of_columns.nonzero()[0]
    if not len(rows):
        return np.zeros(len(NAMES), np.float32)
    pixels = float(of_rows.sum())
    share = pixels / mask.size
    box_w, box_h = (columns[-1] - columns[0] + 1) / width, (rows[-1] - rows[0] + 1) / height
    x = float((of_columns * (np.arange(width) + 0.5)).sum()) / pixels / width - 0.5
    y = float((of_rows * (np.arange(height) + 0.5)).sum()) / pixels / height - 0.5
    middle = mask[height // 4 : height - height // 4, width // 4 : width - width // 4]
    central = float(np.count_nonzero(middle)) / max(middle.size, 1)
    touches = float(of_rows[0] > 0) + float(of_rows[-1] > 0) + float(of_columns[0] > 0) + float(of_columns[-1] > 0)
    values = (share**0.5, np.log(share + LEAST), box_w, box_h, share / (box_w * box_h), x, y, (x * x + y * y) ** 0.5)
    return np.array((*values, central, touches / 4, np.log(pixels)), dtype=np.float32)


def _counts(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pixels inside, of each row and each column. Bits and bytes are counted many at a time: a photograph has millions."""
    of_rows = np.bitwise_count(np.packbits(mask, axis=1)).sum(axis=1, dtype=np.int64)
    of_columns = np.zeros(mask.shape[1], dtype=np.int64)
    for top in range(0, len(mask), 255):
        of_columns += mask[top : top + 255].view(np.uint8).sum(axis=0, dtype=np.uint8)
    return of_rows, of_columns
