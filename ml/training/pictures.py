"""Images and their regions as the network's inputs, kept small: 8 bits for colours, half precision for the rest."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn

from ml.records.region import RegionRecord
from ml.seagull import lowlevel
from ml.seagull.preprocessing import RegionInputs, measure, prepare_image, prepare_regions
from ml.seagull.presets import CLIP_MEAN, CLIP_STD, SeagullConfig
from ml.training.cache import Cache
from ml.training.checking import image_of
from ml.training.order import Chunk

FORMAT: Final = 1
"""Of the cached files; a change of what `prepare` gives needs a new one."""
RGB: Final = 3
MEAN: Final = torch.tensor(CLIP_MEAN)[:, None, None]
STD: Final = torch.tensor(CLIP_STD)[:, None, None]


@dataclass(frozen=True)
class Example:
    """Some regions of one image. Of `pixels` (C x side x side) and the frozen encoder's `levels` one is there."""

    records: tuple[RegionRecord, ...]
    inputs: RegionInputs
    pixels: Tensor | None
    levels: tuple[Tensor, ...]


class Pictures:
    """`images` holds all records of each image. With a `cache`, an image is decoded and measured once for ever.

    With a frozen `encoder` the levels are kept, too, and a run's later epochs never call it.
    """

    def __init__(
        self,
        images: Sequence[tuple[RegionRecord, ...]],
        config: SeagullConfig,
        cache: Cache | None = None,
        encoder: nn.Module | None = None,
    ) -> None:
        self.images, self.config, self.cache, self.encoder = images, config, cache, encoder
        self.encoded_by = "" if encoder is None else fingerprint(encoder)

    def example(self, chunk: Chunk, *, mirrored: bool = False) -> Example:
        """`mirrored` swaps left and right, of pixels only: a frozen encoder's levels are kept as they are."""
        records = self.images[chunk.image]
        tensors = self._prepared(records)
        levels = self._levels(records, tensors["pixels"], tensors["eyes"])
        pixels = None if levels else _floats(tensors["pixels"], tensors["eyes"])
        chosen = tuple(records[region] for region in chunk.regions)
        inputs = _inputs(tensors, list(chunk.regions), self.config.encoder.side)
        if mirrored and pixels is not None:
            pixels, inputs = pixels.flip(-1), _mirrored(inputs)
        return Example(chosen, inputs, pixels, levels)

    def statistics(self, image: int) -> Tensor:
        """R x S of all regions of an image; for the first time in a cache, this prepares it."""
        records = self.images[image]
        kept = None if self.cache is None else self.cache.part(_key(records, self.config), "statistics")
        return self._prepared(records)["statistics"] if kept is None else kept

    def is_filled(self, image: int) -> bool:
        return self.cache is not None and _key(self.images[image], self.config) in self.cache

    def fill(self, images: Sequence[int]) -> int:
        """Puts what needs no encoder into the cache, for a process beside the one that trains. Returns how many."""
        for image in images:
            self._prepared(self.images[image])
        return len(images)

    def keep(self, image: int) -> None:
        """All of an image in the cache; without one it is only read. Raises RecordError."""
        records = self.images[image]
        if self.cache is None:
            image_of(records)
        elif self.encoder is not None and self._levels_key(records) not in self.cache:
            tensors = self._prepared(records)
            self._levels(records, tensors["pixels"], tensors["eyes"])
        elif not self.is_filled(image):
            self._prepared(records)

    def _prepared(self, records: tuple[RegionRecord, ...]) -> dict[str, Tensor]:
        if self.cache is None:
            return prepare(records, self.config)
        return self.cache.get(_key(records, self.config), lambda: prepare(records, self.config))

    def _levels(self, records: tuple[RegionRecord, ...], pixels: Tensor, eyes: Tensor) -> tuple[Tensor, ...]:
        if self.cache is None or self.encoder is None:
            return ()
        encoder = self.encoder
        levels = self.cache.get(self._levels_key(records), lambda: encoded(encoder, _floats(pixels, eyes)))
        return tuple(levels[str(number)].float() for number in range(len(levels)))

    def _levels_key(self, records: tuple[RegionRecord, ...]) -> str:
        return _key(records, self.config, self.encoded_by)


def prepare(records: tuple[RegionRecord, ...], config: SeagullConfig) -> dict[str, Tensor]:
    """All regions of one image. Colours are rounded to 8 bits after resizing, which moves them by 0.2 % at most."""
    rgb = image_of(records)
    low = measure(rgb, config)
    pixels = prepare_image(rgb, config, low)
    inputs = prepare_regions(rgb, np.stack([record.mask() for record in records]), config, low)
    masks = np.packbits(inputs.masks.numpy().astype(np.bool_).reshape(len(records), -1), axis=1)
    return {
        "pixels": _bytes(pixels[:RGB]),
        "eyes": pixels[RGB:].to(torch.float16),
        "masks": torch.from_numpy(masks),
        "crops": _bytes(inputs.crops),
        "statistics": inputs.statistics,
    }


@torch.no_grad()
def encoded(encoder: nn.Module, pixels: Tensor) -> dict[str, Tensor]:
    """One image's levels in half precision."""
    device = next(encoder.parameters()).device
    levels = encoder(pixels[None].to(device))
    return {str(number): level[0].to("cpu", torch.float16) for number, level in enumerate(levels)}


def fingerprint(module: nn.Module) -> str:
    """Of the weights: cached features of other weights are not these."""
    digest = hashlib.sha256()
    for name, tensor in sorted(module.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().to("cpu", torch.float32).numpy().tobytes())
    return digest.hexdigest()


def _inputs(tensors: dict[str, Tensor], regions: list[int], side: int) -> RegionInputs:
    bits = np.unpackbits(tensors["masks"][regions].numpy(), axis=1, count=side * side)
    return RegionInputs(
        masks=torch.from_numpy(bits).reshape(-1, side, side).float(),
        crops=_floats(tensors["crops"][regions]),
        statistics=tensors["statistics"][regions],
        flags=(frozenset(),) * len(regions),
    )


def _mirrored(inputs: RegionInputs) -> RegionInputs:
    statistics = inputs.statistics
    if statistics.shape[1]:  # the published layout has none
        statistics = lowlevel.mirrored(statistics)
    return replace(inputs, masks=inputs.masks.flip(-1), crops=inputs.crops.flip(-1), statistics=statistics)


def _bytes(colours: Tensor) -> Tensor:
    """... x 3 x side x side in CLIP's units to 0..255."""
    return ((colours * STD + MEAN) * 255).round().clamp(0, 255).to(torch.uint8)


def _floats(colours: Tensor, eyes: Tensor | None = None) -> Tensor:
    normalised = (colours.float() / 255 - MEAN) / STD
    return normalised if eyes is None else torch.cat([normalised, eyes.float()])


def _key(records: tuple[RegionRecord, ...], config: SeagullConfig, encoded_by: str = "") -> str:
    """Of the file's bytes and all that changes what is made of it."""
    shape = {"side": config.encoder.side, "eyes": config.encoder.eye_maps, "statistics": config.extractor.statistics}
    masks = [] if encoded_by else [record.counts for record in records]
    facts = json.dumps([FORMAT, shape, masks, encoded_by], sort_keys=True)
    return hashlib.sha256(facts.encode() + records[0].image.read_bytes()).hexdigest()
