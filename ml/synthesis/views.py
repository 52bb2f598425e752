"""A cut of a photograph that can be looked at and distorted."""

from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from PIL import Image

from ml.synthesis.distortions import Kind, distort
from ml.synthesis.light import Floats, Rgb

SHORTEST, LONGEST = 256, 1280
Pixels = TypeVar("Pixels", Rgb, Floats)


class View(Protocol):
    @property
    def rgb(self) -> Rgb:
        """uint8 HxWx3: the reference."""

    def distorted(self, kind: Kind, strength: int, seed: int) -> Rgb:
        """uint8 HxWx3; the same arguments give the same pixels."""


@dataclass(frozen=True, slots=True)
class Developed:
    """Pixels that a camera has made already: distortions of light undo its curve and apply it again."""

    rgb: Rgb

    def distorted(self, kind: Kind, strength: int, seed: int) -> Rgb:
        return distort(self.rgb, kind, strength, seed)


@dataclass(frozen=True, slots=True)
class Framing:
    """How a photograph becomes a view: made smaller to (height, width) `size`, cut, perhaps mirrored."""

    size: tuple[int, int]
    top: int
    left: int
    height: int
    width: int
    mirrored: bool

    def of_rgb(self, rgb: Rgb) -> Rgb:
        return self._cut(np.asarray(_resized(Image.fromarray(rgb), self.size)))

    def of_light(self, light: Floats) -> Floats:
        """float32 HxWx3; resizing overshoots, so that what falls below 0 is cut off."""
        planes = [np.asarray(_resized(Image.fromarray(light[..., channel]), self.size)) for channel in range(3)]
        return self._cut(np.maximum(np.dstack(planes), 0.0))

    def _cut(self, pixels: Pixels) -> Pixels:
        cut = pixels[self.top : self.top + self.height, self.left : self.left + self.width]
        return np.ascontiguousarray(cut[:, ::-1] if self.mirrored else cut)


def framing(size: tuple[int, int], height: int, width: int, rng: np.random.Generator) -> Framing:
    """By chance, for a photograph of `size` (height, width) and a view of `height` x `width` pixels or what there is.

    It is made smaller by 0.5 to 1, from at most 1280 pixels, but the shorter side keeps 256 where it has them.
    """
    most = min(1.0, LONGEST / max(size))
    least = min(most, max(0.5 * most, SHORTEST / min(size)))
    scale = float(rng.uniform(least, most))
    scaled = (round(size[0] * scale), round(size[1] * scale))
    top, left = (
        int(rng.integers(0, max(0, have - want) + 1)) for have, want in zip(scaled, (height, width), strict=True)
    )
    return Framing(scaled, top, left, height, width, bool(rng.random() < 0.5))


def _resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    return image.resize((size[1], size[0]), Image.Resampling.LANCZOS)
