"""RAW files: what the sensor counted is distorted as light, and developed afterwards as a camera would.

The paper does this with a commercial raw developer (section 3.1.1). Here LibRaw only reads and demosaics; exposure,
noise and blur happen in the camera's linear RGB, before white balance, colour matrix and the tone curve, so that
underexposure still has highlights and noise is louder in the channel that is amplified more.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ml.synthesis import blur, exposure, noise
from ml.synthesis.distortions import Kind, distort
from ml.synthesis.light import Floats, Rgb, to_srgb
from ml.synthesis.views import LONGEST

RAW_SUFFIXES: Final = {".dng", ".nef", ".cr2", ".cr3", ".arw", ".raf", ".rw2", ".orf", ".pef", ".srw"}
OF_LIGHT: Final = {"blur": blur.of_light, "exposure": exposure.of_light, "noise": noise.of_light}
WHITE = 65535.0
XYZ_OF_SRGB: Final = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
"""IEC 61966-2-1: linear sRGB -> CIE XYZ for D65."""


class RawError(ValueError):
    """LibRaw cannot read the file; the message says why."""


@dataclass(frozen=True, slots=True)
class Camera:
    """`gains` (3) balance white, green 1; `matrix` (3x3) leads from balanced camera RGB to linear sRGB."""

    gains: NDArray[np.float32]
    matrix: NDArray[np.float32]

    def develop(self, light: Floats) -> Rgb:
        """float32 HxWx3, linear camera RGB, the sensor's ceiling at 1 -> uint8 HxWx3 sRGB."""
        balanced = np.minimum(np.minimum(light, 1.0) * self.gains, 1.0)
        return to_srgb(balanced @ self.matrix.T)


@dataclass(frozen=True)
class Undeveloped:
    """A view of a RAW file. `light` is float32 HxWx3 in linear camera RGB, 0..1."""

    light: Floats
    camera: Camera

    @cached_property
    def rgb(self) -> Rgb:
        return self.camera.develop(self.light)

    def distorted(self, kind: Kind, strength: int, seed: int) -> Rgb:
        """Contrast, colour and compression come after the sensor and are applied to the developed picture."""
        if kind not in OF_LIGHT:
            return distort(self.rgb, kind, strength, seed)
        return self.camera.develop(OF_LIGHT[kind](self.light, strength, np.random.default_rng(seed)))


def read_raw(path: Path) -> tuple[Floats, Camera]:
    """float32 HxWx3 linear camera RGB, 0..1, upright, and how to develop it. Raises RawError.

    A photograph of more than twice the size that views are cut from is read at half its size, which needs no
    demosaicing.
    """
    import rawpy  # slow import

    try:
        with rawpy.imread(str(path)) as file:
            half = max(file.sizes.width, file.sizes.height) >= 2 * LONGEST
            pixels = file.postprocess(
                output_color=rawpy.ColorSpace.raw,
                gamma=(1, 1),
                user_wb=[1.0, 1.0, 1.0, 1.0],
                no_auto_bright=True,
                adjust_maximum_thr=0.0,
                output_bps=16,
                half_size=half,
            )
            return (pixels / np.float32(WHITE)).astype(np.float32), camera_of(file)
    except rawpy.LibRawError as error:
        raise RawError(f"{path} cannot be read as a RAW file: {error}") from error


def camera_of(file: Any) -> Camera:
    """From a rawpy file. LibRaw knows a camera by its model or by the file's own matrix; white balance of 0 is none."""
    gains = np.array(file.camera_whitebalance[:3], dtype=np.float64)
    balanced = gains / gains[1] if gains.all() else np.ones(3)
    return Camera(balanced.astype(np.float32), _matrix(file).astype(np.float32))


def _matrix(file: Any) -> NDArray[np.float64]:
    """Rows have the sum 1, so that white stays white."""
    of_xyz = np.array(file.rgb_xyz_matrix, dtype=np.float64)[:3]
    own = np.array(file.color_matrix, dtype=np.float64)[:, :3]
    if of_xyz.any():
        camera_of_srgb = of_xyz @ XYZ_OF_SRGB
        return np.asarray(np.linalg.inv(camera_of_srgb / camera_of_srgb.sum(axis=1, keepdims=True)))
    return own / own.sum(axis=1, keepdims=True) if own.any() else np.eye(3)
