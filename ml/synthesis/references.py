"""Photographs to start from, and the views (cuts, scales, mirrored) that are taken of them."""

import importlib.util
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from ml.images import read
from ml.records.region import Split
from ml.synthesis.light import Rgb
from ml.synthesis.procedural import MAKERS, drawn

PACKAGES: Final = {
    "skimage": (
        *("astronaut.png", "chelsea.png", "coffee.png", "motorcycle_left.png", "rocket.jpg", "hubble_deep_field.jpg"),
        *("retina.jpg", "ihc.png", "camera.png", "coins.png", "moon.png", "brick.png", "grass.png"),
        *("gravel.png", "cell.png", "clock_motion.png", "page.png"),
    ),
    "sklearn": ("china.jpg", "flower.jpg"),
    "matplotlib": ("grace_hopper.jpg",),
}
"""Photographs inside ordinary packages; those of packages that are not installed are left out."""
FOLDERS: Final = {"skimage": "data", "sklearn": "datasets/images", "matplotlib": "mpl-data/sample_data"}
GREY: Final = {"camera", "coins", "moon", "brick", "grass", "gravel", "cell", "clock_motion", "page"}
"""These get half as many views, so that colour is not rare."""
HELD_OUT: Final = ("coffee", "rocket", "camera", "gravel")
"""Test sources among them: two colourful scenes, a grey portrait, a texture."""
TEST_SHARE: Final = 0.2
"""Of photographs in a folder, by a hash of the name."""
SUFFIXES: Final = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp"}
SHORTEST, LONGEST = 256, 1280


class NoPhotographError(ValueError):
    """There is nothing to build from; the message names the folder."""


@dataclass(frozen=True, slots=True)
class Source:
    """A photograph, or without a path a procedural picture of that kind. All its views are on one side of the split.

    In a round of views it has `turns` of them.
    """

    name: str
    split: Split
    path: Path | None
    turns: int = 1


def dependency_photographs(test_sources: Collection[str] | None = None) -> list[Source]:
    """Those that the installed packages hold, in order of name."""
    held_out = HELD_OUT if test_sources is None else test_sources
    found = [path for package, names in PACKAGES.items() for path in _inside(package, names)]
    return [_source(path, "test" if path.stem in held_out else "train") for path in sorted(found, key=lambda p: p.name)]


def photographs_in(folder: Path, test_sources: Collection[str] | None = None) -> list[Source]:
    """Every picture below `folder`; its name is its path there. Raises NoPhotographError when there is none."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    if not paths:
        raise NoPhotographError(f"no photographs ({', '.join(sorted(SUFFIXES))}) in {folder}")
    named = [(path.relative_to(folder).as_posix(), path) for path in paths]
    return [Source(name, _side_of(name, test_sources), path) for name, path in named]


def procedural_sources() -> list[Source]:
    """Train only: what is learnt from them has to hold for photographs."""
    return [Source(name, "train", None) for name in MAKERS]


def view_of(source: Source, side: int, rng: np.random.Generator) -> Rgb:
    """uint8 HxWx3, both sides 256..`side` pixels (less only where the photograph has less).

    The photograph is made smaller by up to a half, cut and perhaps mirrored, all by chance. Raises ImageError.
    """
    height, width = (int(rng.integers(min(SHORTEST, side), side + 1)) for _ in range(2))
    if source.path is None:
        return drawn(source.name, height, width, rng)
    photograph = _scaled(read(source.path), rng)
    top, left = (
        int(rng.integers(0, max(0, have - want) + 1))
        for have, want in zip(photograph.shape[:2], (height, width), strict=True)
    )
    cut = photograph[top : top + height, left : left + width]
    return np.ascontiguousarray(cut[:, ::-1] if rng.random() < 0.5 else cut)


def _scaled(rgb: Rgb, rng: np.random.Generator) -> Rgb:
    """By 0.5 to 1 of at most 1280 pixels, but the shorter side keeps 256 where it has them."""
    most = min(1.0, LONGEST / max(rgb.shape[:2]))
    least = min(most, max(0.5 * most, SHORTEST / min(rgb.shape[:2])))
    scale = float(rng.uniform(least, most))
    size = (round(rgb.shape[1] * scale), round(rgb.shape[0] * scale))
    return np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.LANCZOS))


def _source(path: Path, split: Split) -> Source:
    return Source(path.stem, split, path, 1 if path.stem in GREY else 2)


def _inside(package: str, names: Sequence[str]) -> list[Path]:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        return []
    folder = Path(found.origin).parent / FOLDERS[package]
    return [folder / name for name in names if (folder / name).exists()]


def _side_of(name: str, test_sources: Collection[str] | None) -> Split:
    if test_sources is not None:
        return "test" if name in test_sources or Path(name).stem in test_sources else "train"
    share = int.from_bytes(sha256(name.encode()).digest()[:4], "big") / 2**32
    return "test" if share < TEST_SHARE else "train"
