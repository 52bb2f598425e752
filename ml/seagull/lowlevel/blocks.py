"""What an encoder left: jumps on a grid of 8 or 16 pixels, and fine cosines that were rounded to nothing."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy import fft

from ml.seagull.lowlevel.channels import Channels, Plane, Planes, across, down

SIDE = 8
PERIODS = {"luma": SIDE, "chroma": 2 * SIDE}
"""Encoders halve colours before they cut them into blocks."""
Phases = Mapping[str, Sequence[int]]
"""Where the grids begin, from the left and from the top."""
NOTHING = np.float32(1.5 / 255)


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
        on_grid = np.zeros_like(both[0])
        on_grid[:, own[0] :: period] = both[0][:, own[0] :: period] * np.float32(period)
        on_grid[own[1] :: period] += both[1][own[1] :: period] * np.float32(period)
        yield f"grid_{name}", on_grid
        yield f"jumps_{name}", both[0] + both[1]


def cosines(luma: Plane) -> Planes:
    """One value per 8x8 block: energy in three bands of its cosine transform, shares of coefficients that are nothing."""
    height, width = (side // SIDE * SIDE for side in luma.shape)
    if not height or not width:
        zero = np.zeros((1, 1), dtype=np.float32)
        for name in ("band0", "band1", "band2", "nothing1", "nothing2", "blank"):
            yield name, zero
        return
    blocks = luma[:height, :width].reshape(height // SIDE, SIDE, width // SIDE, SIDE).transpose(0, 2, 1, 3)
    waves = np.abs(fft.dctn(np.ascontiguousarray(blocks), axes=(2, 3), norm="ortho"))
    u, v = np.mgrid[:SIDE, :SIDE]
    band = np.digitize(u + v, (1, 4, 8)) - 1  # -1 the mean, then low, middle, high
    small = waves < NOTHING
    for index in range(3):
        yield f"band{index}", _as_plane(waves[..., band == index].mean(axis=-1))
    for index in (1, 2):
        yield f"nothing{index}", _as_plane(small[..., band == index].mean(axis=-1))
    yield "blank", _as_plane(small[..., band >= 0].all(axis=-1))


def _as_plane(values: ArrayLike) -> Plane:
    return np.asarray(values, dtype=np.float32)


def _jumps(difference: Plane, axis: int) -> Plane:
    """How far a step between neighbours along the axis stands out of the steps beside it."""
    size = np.abs(difference)
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
