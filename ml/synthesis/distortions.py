"""The six distortions of the paper (section 3.1.1), each in twenty strengths, reproducible from a seed."""

import hashlib
from collections.abc import Callable
from typing import Final, Literal

import numpy as np

from ml.synthesis import blur, colorfulness, compression, contrast, exposure, noise
from ml.synthesis.light import Rgb

Kind = Literal["blur", "colorfulness", "compression", "contrast", "exposure", "noise"]
Apply = Callable[[Rgb, int, np.random.Generator], Rgb]

BY_KIND: Final[dict[Kind, Apply]] = {
    "blur": blur.apply,
    "colorfulness": colorfulness.apply,
    "compression": compression.apply,
    "contrast": contrast.apply,
    "exposure": exposure.apply,
    "noise": noise.apply,
}
KINDS: Final[tuple[Kind, ...]] = tuple(BY_KIND)
STRENGTHS: Final = range(1, 21)
NON_EXISTENT: Final = 5


def distort(rgb: Rgb, kind: Kind, strength: int, seed: int) -> Rgb:
    """`rgb` (uint8 HxWx3) with one distortion of `strength` 1 (barely visible) to 20 (extreme); uint8 HxWx3.

    The same arguments give the same pixels. Where a distortion has two ways (over and under, more and less), the seed
    decides. Raises ValueError for another kind or strength.
    """
    if kind not in BY_KIND:
        raise ValueError(f"no distortion is called {kind!r}; there are {', '.join(KINDS)}")
    if strength not in STRENGTHS:
        raise ValueError(f"strength {strength} is not one of {STRENGTHS[0]}..{STRENGTHS[-1]}")
    return BY_KIND[kind](rgb, strength, np.random.default_rng(seed))


def seed_of(image_sha256: str, kind: Kind, strength: int) -> int:
    """The seed that belongs to this image, kind and strength, 0..2^63-1."""
    digest = hashlib.sha256(f"{image_sha256}:{kind}:{strength}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def level_of(strength: int) -> int:
    """The annotators' level for a strength: 4 trivial (1-4), 3 minor, 2 moderate, 1 severe, 0 extreme (17-20)."""
    return 4 - (strength - 1) // 4
