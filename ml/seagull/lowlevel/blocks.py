"""What an encoder left: jumps on a grid of 8 or 16 pixels, and fine cosines that were rounded to nothing."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from scipy import fft

from ml.seagull.lowlevel.channels import Channels, Plane, Planes, across, down

SIDE = 8
PERIODS = {"luma": SIDE, "chroma": 2 * SIDE}
"""Encoders halve colours before they cut them into blocks."""
Phases = Mapping[str, Sequence[int]]
"""Where the grids begin, from the left and from the top."""
NOTHING = 1.5 / 255
ALL = 0.999


def _cosine_bands() -> tuple[torch.Tensor, torch.Tensor]:
    """The transform of a block as a matrix of 64 x 64, and 64 x 3 shares of each cosine in the low, middle, high band."""
    one = fft.dct(np.eye(SIDE), axis=0, norm="ortho")
    band = np.digitize(np.add.outer(np.arange(SIDE), np.arange(SIDE)), (1, 4, 8)).ravel() - 1  # -1 is the mean
    shares = np.stack([(band == index) / np.count_nonzero(band == index) for index in range(3)], axis=1)
    waves, bands = (torch.from_numpy(of.astype(np.float32)) for of in (np.kron(one, one).T, shares))
    return waves.contiguous(), bands


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
    waves = torch.from_numpy(np.ascontiguousarray(blocks).reshape(-1, SIDE * SIDE)) @ WAVES
    sizes = waves.abs_()
    means, shares = sizes @ BANDS, (sizes < NOTHING).float() @ BANDS
    shape = height // SIDE, width // SIDE
    for index in range(3):
        yield f"band{index}", _as_plane(means[:, index], shape)
    for index in (1, 2):
        yield f"nothing{index}", _as_plane(shares[:, index], shape)
    yield "blank", _as_plane(shares.amin(dim=1) > ALL, shape)


def _as_plane(values: torch.Tensor, shape: tuple[int, int]) -> Plane:
    return np.asarray(values.float().reshape(shape).numpy())


def _jumps(difference: Plane, axis: int) -> Plane:
    """How far a step between neighbours along the axis stands out of the steps beside it. Writes over `difference`."""
    size = np.abs(difference, out=difference)
    result = np.empty_like(size)
    along, out = (plane if axis else plane.T for plane in (size, result))
    np.add(along[:, :-2], along[:, 2:], out=out[:, 1:-1])
    out[:, :1] = along[:, :1] + along[:, 1:2] if along.shape[1] > 1 else 2 * along
    out[:, -1:] = along[:, -2:-1] + along[:, -1:] if along.shape[1] > 1 else 2 * along
    result /= 2
    np.subtract(size, result, out=result)
    return np.maximum(result, 0, out=result)


def _strongest(jumps: Plane, period: int) -> int:
    columns = jumps.mean(axis=0)
    strength = [columns[phase::period].mean() if phase < len(columns) else 0.0 for phase in range(period)]
    return int(np.argmax(strength))
