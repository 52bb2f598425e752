"""Means of measurements -> numbers a network can use: logarithms of energies, spreads instead of squares, ratios."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.floating]
Of = Callable[[str], Values]
LEAST = 1e-4
"""Added before a logarithm: a fortieth of a code value."""

_BINS = [f"bin{index}" for index in range(8)]
_PLAIN = [
    *_BINS, "y", "black", "white", "one_black", "one_white", "rg", "yb", "chroma", "saturation", "relative_saturation",
    "grey", "edge", "flat0", "flat1", "very_flat0", "very_flat1", "quite_flat0", "quite_flat1",
    "nothing1", "nothing2", "blank",
]  # fmt: skip
_OF_SCALE = ["m_abs", "m2", "m3", "m4", *(f"product_{way}{kind}" for way in "hvde" for kind in ("", "_abs"))]
_MSCN = [f"{name}{scale}" for scale in (0, 1) for name in _OF_SCALE]
_ENERGIES = [
    *(f"{name}{scale}" for scale in range(4) for name in ("gradient", "gradient_root", "laplacian")),
    *(f"gradient_square{scale}" for scale in range(4)),
    *(f"{name}{scale}" for scale in (0, 1) for name in ("residue", "residue_rg", "residue_yb", "spread", "spread_root")),
    "dx0", "dy0", "grid_luma", "jumps_luma", "grid_chroma", "jumps_chroma", "band0", "band1", "band2",
]  # fmt: skip

DERIVED: dict[str, Callable[[Of], Values]] = {
    "contrast": lambda of: _deviation(of("y"), of("y2")),
    "skew": lambda of: (
        (of("y3") - 3 * of("y") * of("y2") + 2 * of("y") ** 3) / (_deviation(of("y"), of("y2")) + 0.02) ** 3
    ),
    "rg_spread": lambda of: _deviation(of("rg"), of("rg2")),
    "yb_spread": lambda of: _deviation(of("yb"), of("yb2")),
    "saturation_spread": lambda of: _deviation(of("saturation"), of("saturation2")),
    "log_contrast": lambda of: _log(_deviation(of("y"), of("y2"))),
    "log_chroma": lambda of: _log(of("chroma")),
    "grid_ratio": lambda of: _log(of("grid_luma")) - _log(of("jumps_luma")),
    "grid_ratio_chroma": lambda of: _log(of("grid_chroma")) - _log(of("jumps_chroma")),
    "falloff01": lambda of: _log(of("gradient0")) - _log(of("gradient1")),
    "falloff12": lambda of: _log(of("gradient1")) - _log(of("gradient2")),
    "falloff23": lambda of: _log(of("gradient2")) - _log(of("gradient3")),
    "motion": lambda of: _log(of("dx0")) - _log(of("dy0")),
    "edge_sharpness": lambda of: of("edge_fine") / (of("edge_coarse") + LEAST),
    "edge_sharpness_middle": lambda of: of("edge_middle") / (of("edge_coarse") + LEAST),
    "flat_noise0": lambda of: _log((of("flat_residue0") + 1e-6) / (of("flat0") + 1e-3)),
    "flat_noise1": lambda of: _log((of("flat_residue1") + 1e-6) / (of("flat1") + 1e-3)),
    "noise_over_gradient": lambda of: _log(of("residue0")) - _log(of("gradient1")),
    "high_over_low": lambda of: _log(of("band2")) - _log(of("band0")),
    "middle_over_low": lambda of: _log(of("band1")) - _log(of("band0")),
    "kurtosis0": lambda of: of("m40") / (of("m20") ** 2 + 0.05),
    "kurtosis1": lambda of: of("m41") / (of("m21") ** 2 + 0.05),
    "colour_noise": lambda of: _log(of("residue_rg0") + of("residue_yb0")) - _log(of("residue0")),
}

REGION_NAMES = (*_PLAIN, *_MSCN, *_ENERGIES, *DERIVED)
IMAGE_NAMES = (
    "y", "contrast", "skew", "black", "white", "chroma", "rg_spread", "yb_spread", "saturation", "grey", "gradient0",
    "gradient1", "gradient3", "residue0", "flat_noise0", "residue_rg0", "grid_ratio", "grid_ratio_chroma", "falloff01",
    "falloff12", "edge_sharpness", "high_over_low", "nothing2", "spread0", "quite_flat0", "colour_noise",
)  # fmt: skip


def described(names: Sequence[str], means: NDArray[np.float32], wanted: Sequence[str]) -> Values:
    """(R, len(names)) mean measurements -> (R, len(wanted))."""
    column = {name: index for index, name in enumerate(names)}

    def of(name: str) -> Values:
        return means[:, column[name]].astype(np.float64)

    return np.stack([_one(name, of) for name in wanted], axis=1).astype(np.float32)


def _one(name: str, of: Of) -> Values:
    if name in DERIVED:
        return DERIVED[name](of)
    return _log(of(name)) if name in _ENERGIES else of(name)


def _log(values: Values) -> Values:
    return np.asarray(np.log(values + LEAST))


def _deviation(mean: Values, square: Values) -> Values:
    return np.asarray(np.sqrt(np.maximum(square - mean * mean, 0)))
