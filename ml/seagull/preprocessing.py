"""From an image and masks to the network's inputs, as the published model prepares them."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml.seagull.crops import cropped, squashed
from ml.seagull.encoder import sides
from ml.seagull.lowlevel import LowLevel, low_level
from ml.seagull.presets import SeagullConfig
from ml.seagull.regions import extent_of, flags_of, unseen_levels


class InputError(ValueError):
    """An image or masks that cannot be the network's input; the message says what would be."""


@dataclass(frozen=True)
class RegionInputs:
    """R regions of one image: `masks` R x side x side of 0 and 1, `crops` R x 3 x side x side, `statistics` R x S."""

    masks: Tensor
    crops: Tensor
    statistics: Tensor
    flags: tuple[frozenset[str], ...]

    def __len__(self) -> int:
        return len(self.flags)

    def __getitem__(self, regions: slice) -> Self:
        part = self.flags[regions]
        return replace(
            self, masks=self.masks[regions], crops=self.crops[regions], statistics=self.statistics[regions], flags=part
        )

    def to(self, device: torch.device | str) -> Self:
        statistics = self.statistics.to(device)
        return replace(self, masks=self.masks.to(device), crops=self.crops.to(device), statistics=statistics)


def measure(rgb: NDArray[np.uint8], config: SeagullConfig) -> LowLevel | None:
    """The measurements that this configuration reads, for both functions below; None where it reads none."""
    _check_image(rgb)
    return low_level(rgb) if config.encoder.eye_maps or config.extractor.statistics else None


def prepare_image(rgb: NDArray[np.uint8], config: SeagullConfig, low: LowLevel | None = None) -> Tensor:
    """HxWx3 of 0..255 to (3 + eye maps) x side x side, float32: normalised colours, then the eye maps."""
    _check_image(rgb)
    pixels = squashed(rgb, config.encoder.side, released=config.released)
    if not config.encoder.eye_maps:
        return pixels
    return torch.cat([pixels, torch.from_numpy(_needed(low).eyes(config.encoder.side))])


def prepare_regions(
    rgb: NDArray[np.uint8],
    masks: NDArray[np.bool_],
    config: SeagullConfig,
    low: LowLevel | None = None,
) -> RegionInputs:
    """R masks, RxHxW, of the image. Any mask will do; what is unusual about one stands in its flags.

    The crop of an empty mask is the mean colour.
    """
    _check_image(rgb)
    _check_masks(masks, rgb)
    side = config.encoder.side
    small = torch.from_numpy(shrunk(masks, side)).float()
    crops = torch.zeros(len(masks), 3, side, side)
    extents = [extent_of(mask) for mask in masks]
    for crop, extent in zip(crops, extents, strict=True):
        if extent.box is not None:
            crop.copy_(cropped(rgb, extent.box, side, released=config.released))
    numbers = np.zeros((len(masks), 0), np.float32)
    if config.extractor.statistics:
        numbers = _needed(low).statistics(masks, extents)
    flags = zip(map(flags_of, extents), unseen_levels(small, sides(config.encoder)), strict=True)
    return RegionInputs(small, crops, torch.from_numpy(numbers), tuple(shape | unseen for shape, unseen in flags))


def shrunk(masks: NDArray[np.bool_], side: int) -> NDArray[np.bool_]:
    """RxHxW to R x side x side by OpenCV's nearest neighbour: the pixel at floor(i * scale), not at the cell's middle."""
    rows, columns = (_nearest(edge, side) for edge in masks.shape[1:])
    return np.asarray(masks[:, rows[:, None], columns])


def _nearest(edge: int, side: int) -> NDArray[np.intp]:
    scale = 1.0 / (side / edge)  # OpenCV divides twice, and rounds twice
    return np.asarray(np.minimum(np.arange(side) * scale, edge - 1), dtype=np.intp)


def _needed(low: LowLevel | None) -> LowLevel:
    if low is None:
        raise InputError("this configuration reads low-level measurements: give those of `measure` for the same image")
    return low


def _check_image(rgb: NDArray[np.uint8]) -> None:
    if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3 or not rgb.size:
        raise InputError(f"an image is HxWx3 of uint8, not {rgb.shape} of {rgb.dtype}")


def _check_masks(masks: NDArray[np.bool_], rgb: NDArray[np.uint8]) -> None:
    if masks.dtype != np.bool_ or masks.ndim != 3 or masks.shape[1:] != rgb.shape[:2]:
        wanted = f"R x {rgb.shape[0]} x {rgb.shape[1]} of bool"
        raise InputError(f"the masks of this image are {wanted}, not {masks.shape} of {masks.dtype}")
