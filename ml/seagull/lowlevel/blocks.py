"""What an encoder left: jumps on a grid of 8 or 16 pixels, and fine cosines that were rounded to nothing."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import fft

from ml.seagull.lowlevel.channels import Channels, Plane, Planes, across, down, not_below_zero

SIDE = 8
PERIODS = {"luma": SIDE, "chroma": 2 * SIDE}
"""Encoders halve colours before they cut them into blocks."""
Phases = Mapping[str, Sequence[int]]
"""Where the grids begin, from the left and from the top."""
NOTHING = 1.5 / 255


def _cosine_bands() -> tuple[torch.Tensor, tuple[slice, ...]]:
    """The transform of a block as a matrix of 64 x 64, the cosines in order of their bands: low, middle, high; the mean
    comes first and belongs to none. And where each band is."""
    one = fft.dct(np.eye(SIDE), axis=0, norm="ortho")
    band = np.digitize(np.add.outer(np.arange(SIDE), np.arange(SIDE)), (1, 4, 8)).ravel()
    waves = np.kron(one, one)[np.argsort(band, kind="stable")].astype(np.float32)
    ends = np.cumsum(np.bincount(band)).tolist()
    return torch.from_numpy(waves), tuple(slice(begin, end) for begin, end in pairwise(ends))


WAVES, BANDS = _cosine_bands()


def jumps(of: Channels) -> dict[str, tuple[Plane, Plane]]:
    """How far each step stands out, from left to right and from top to bottom."""
    luma, red_green, yellow_blue = (
        (_jumps(across(plane), 1), _jumps(down(plane), 0)) for plane in (of.luma, of.red_green, of.yellow_blue)
    )
    return {"luma": luma, "chroma": (red_green[0] + yellow_blue[0], red_green[1] + yellow_blue[1])}


def grids(of: Channels, phases: Phases | None = None) -> Planes:
    """Jump sizes on the grid (times its period) and everywhere, at the phases given or else where the grid is strongest."""
    for name, both in jumps(of).items():
        period = PERIODS[name]
        own = phases[name] if phases else [_strongest(each, period) for each in (both[0], both[1].T)]
        yield (
            f"grid_{name}",
            (
                (both[0], np.broadcast_to(_comb(both[0].shape[1], own[0], period), both[0].shape)),
                (both[1], np.broadcast_to(_comb(both[1].shape[0], own[1], period)[:, None], both[1].shape)),
            ),
        )
        yield f"jumps_{name}", both[0] + both[1]


def _comb(length: int, phase: int, period: int) -> Plane:
    """0 but on the grid; there the period, so that its mean is 1."""
    comb = np.zeros(length, dtype=np.float32)
    comb[phase::period] = period
    return comb


def cosines(luma: Plane) -> Planes:
    """One value per 8x8 block: energy in three bands of its cosine transform, shares of coefficients that are nothing."""
    height, width = (side // SIDE * SIDE for side in luma.shape)
    if not height or not width:
        zero = np.zeros((1, 1), dtype=np.float32)
        for name in ("band0", "band1", "band2", "nothing1", "nothing2", "blank"):
            yield name, zero
        return
    blocks = luma[:height, :width].reshape(height // SIDE, SIDE, width // SIDE, SIDE).transpose(0, 2, 1, 3)
    pixels = torch.from_numpy(np.ascontiguousarray(blocks).reshape(-1, SIDE * SIDE))
    sizes = np.asarray((WAVES @ pixels.T).abs_().numpy())
    counts = [(sizes[band] < NOTHING).view(np.uint8).sum(axis=0, dtype=np.uint8) for band in BANDS]
    shape = height // SIDE, width // SIDE
    for index, band in enumerate(BANDS):
        yield f"band{index}", _mean(sizes[band].sum(axis=0), band).reshape(shape)
    for index in (1, 2):
        yield f"nothing{index}", _mean(counts[index], BANDS[index]).reshape(shape)
    blank = [count == band.stop - band.start for count, band in zip(counts, BANDS, strict=True)]
    yield "blank", (blank[0] & blank[1] & blank[2]).reshape(shape).astype(np.float32)


def _mean(sums: NDArray[Any], band: slice) -> Plane:
    return np.asarray(np.divide(sums, band.stop - band.start, dtype=np.float32))


def _jumps(difference: Plane, axis: int) -> Plane:
    """How far a step between neighbours along the axis stands out of the steps beside it. Writes over `difference`."""
    size = np.abs(difference, out=difference)
    beside = _beside_in_rows(size) if axis else _beside_in_rows(size.T).T
    beside /= 2
    return not_below_zero(np.subtract(size, beside, out=beside))


def _beside_in_rows(size: Plane) -> Plane:
    """Sums of the left and the right neighbour; at an end twice as much of what is there."""
    result = np.empty_like(size)
    if size.flags.c_contiguous and size.shape[1] > 1:
        one, line = size.ravel(), result.ravel()
        np.add(one[:-2], one[2:], out=line[1:-1])  # one long row: many short ones take four times as long
    else:
        np.add(size[:, :-2], size[:, 2:], out=result[:, 1:-1])
    result[:, :1] = size[:, :1] + size[:, 1:2] if size.shape[1] > 1 else 2 * size
    result[:, -1:] = size[:, -2:-1] + size[:, -1:] if size.shape[1] > 1 else 2 * size
    return result


def _strongest(jumps: Plane, period: int) -> int:
    columns = jumps.mean(axis=0)
    strength = [columns[phase::period].mean() if phase < len(columns) else 0.0 for phase in range(period)]
    return int(np.argmax(strength))
