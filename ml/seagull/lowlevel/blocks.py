"""What an encoder left: jumps on a grid of 8 or 16 pixels, and fine cosines that were rounded to nothing."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import fft

from ml.seagull.lowlevel.channels import Channels, Plane, across

SIDE = 8
PERIODS = {"luma": SIDE, "chroma": 2 * SIDE}
"""Encoders halve colours before they cut them into blocks."""
Phases = Mapping[str, Sequence[int]]
"""Where the grids begin, from the left and from the top."""
NOTHING = np.float32(1.5 / 255)


def jumps(of: Channels) -> dict[str, tuple[Plane, Plane]]:
    """How far each step stands out, from left to right and, transposed, from top to bottom."""
    found: dict[str, tuple[Plane, Plane]] = {}
    for name, sources in {"luma": (of.luma,), "chroma": (of.red_green, of.yellow_blue)}.items():
        sums = [sum(_jumps(step(source)) for source in sources) for step in (across, lambda p: across(p.T))]
        horizontal, vertical = (np.asarray(each, dtype=np.float32) for each in sums)
        found[name] = horizontal, vertical
    return found


def grids(of: Channels, phases: Phases | None = None) -> dict[str, Plane]:
    """Jump sizes on the grid (times its period) and everywhere, at the phases given or else where the grid is strongest."""
    planes: dict[str, Plane] = {}
    for name, both in jumps(of).items():
        period = PERIODS[name]
        own = phases[name] if phases else [_strongest(each, period) for each in both]
        on_grid = [_on_grid(each, period, phase) for each, phase in zip(both, own, strict=True)]
        planes[f"grid_{name}"] = on_grid[0] + on_grid[1].T
        planes[f"jumps_{name}"] = both[0] + both[1].T
    return planes


def cosines(luma: Plane) -> dict[str, Plane]:
    """One value per 8x8 block: energy in three bands of its cosine transform, shares of coefficients that are nothing."""
    height, width = (side // SIDE * SIDE for side in luma.shape)
    if not height or not width:
        zero = np.zeros((1, 1), dtype=np.float32)
        return dict.fromkeys((*(f"band{band}" for band in range(3)), "nothing1", "nothing2", "blank"), zero)
    blocks = luma[:height, :width].reshape(height // SIDE, SIDE, width // SIDE, SIDE).transpose(0, 2, 1, 3)
    waves = np.abs(fft.dctn(np.ascontiguousarray(blocks), axes=(2, 3), norm="ortho"))
    u, v = np.mgrid[:SIDE, :SIDE]
    band = np.digitize(u + v, (1, 4, 8)) - 1  # -1 the mean, then low, middle, high
    small = waves < NOTHING
    planes = {f"band{index}": waves[..., band == index].mean(axis=-1) for index in range(3)}
    planes |= {f"nothing{index}": small[..., band == index].mean(axis=-1) for index in (1, 2)}
    planes["blank"] = small[..., band >= 0].all(axis=-1)
    return {name: plane.astype(np.float32) for name, plane in planes.items()}


def _jumps(difference: Plane) -> Plane:
    """How far a step between neighbours stands out of the steps beside it."""
    beside = np.pad(np.abs(difference), ((0, 0), (1, 1)), mode="edge")
    return np.asarray(np.maximum(np.abs(difference) - (beside[:, :-2] + beside[:, 2:]) / 2, 0))


def _strongest(jumps: Plane, period: int) -> int:
    columns = jumps.mean(axis=0)
    strength = [columns[phase::period].mean() if phase < len(columns) else 0.0 for phase in range(period)]
    return int(np.argmax(strength))


def _on_grid(jumps: Plane, period: int, phase: int) -> Plane:
    result = np.zeros_like(jumps)
    result[:, phase::period] = jumps[:, phase::period] * np.float32(period)
    return result
