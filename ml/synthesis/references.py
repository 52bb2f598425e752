"""Photographs to start from, and the views that are taken of them by chance."""

import importlib.util
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np

from ml.images import ImageError, read
from ml.records.region import Split
from ml.synthesis.appearance import varied
from ml.synthesis.collage import pasted
from ml.synthesis.light import Floats, Rgb
from ml.synthesis.procedural import MAKERS, drawn
from ml.synthesis.raw import RAW_SUFFIXES, Undeveloped, read_raw
from ml.synthesis.views import SHORTEST, Developed, View, framing

PACKAGES: Final = {
    "skimage": (
        *("astronaut.png", "chelsea.png", "coffee.png", "motorcycle_left.png", "rocket.jpg", "hubble_deep_field.jpg"),
        *("retina.jpg", "ihc.png", "camera.png", "coins.png", "moon.png", "brick.png", "grass.png"),
        *("gravel.png", "cell.png", "clock_motion.png", "page.png"),
    ),
    "sklearn": ("china.jpg", "flower.jpg"),
}
"""Photographs inside ordinary packages; those of packages that are not installed are left out."""
FOLDERS: Final = {"skimage": "data", "sklearn": "datasets/images"}
GREY: Final = {"camera", "coins", "moon", "brick", "grass", "gravel", "cell", "clock_motion", "page"}
"""These get half as many views, so that colour is not rare."""
HELD_OUT: Final = ("coffee", "rocket", "camera", "gravel")
"""Test sources among them: two colourful scenes, a grey portrait, a texture."""
FEW: Final = 500
"""Photographs up to this many are shown in another light and beside each other; more of them teach variety themselves."""
TEST_SHARE: Final = 0.2
"""Of photographs in a folder, by a hash of the name."""
SUFFIXES: Final = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", *RAW_SUFFIXES}
VARIED: Final = 0.75
"""How many training views are shown in another light; the others teach what photographs look like."""
COLLAGES: Final = 0.5
MOST_PASTED: Final = 3
MADE_UP: Final = 0.3
"""How many training views get up to three pieces pasted in, and how many pieces are procedural."""


class NoPhotographError(ValueError):
    """There is nothing to build from; the message names the folder."""


@dataclass(frozen=True, slots=True)
class Source:
    """A photograph, or without a path a procedural picture of that kind. All its views are on one side of the split.

    In a round of views it has `turns` of them; those of one to `vary` are shown in another light (`appearance.varied`),
    with parts of the photographs `beside` it and of procedural pictures pasted in (`collage.pasted`).
    """

    name: str
    split: Split
    path: Path | None
    turns: int = 1
    vary: bool = False
    beside: tuple[Path, ...] = ()


def dependency_photographs(test_sources: Collection[str] | None = None) -> list[Source]:
    """Those that the installed packages hold, in order of name."""
    held_out = HELD_OUT if test_sources is None else test_sources
    found = [path for package, names in PACKAGES.items() for path in _inside(package, names)]
    by_name = sorted(found, key=lambda path: path.name)
    return [
        Source(path.stem, "test" if path.stem in held_out else "train", path, turns=1 if path.stem in GREY else 2)
        for path in by_name
    ]


def absent_photographs() -> list[str]:
    """Those of PACKAGES that are not installed here, as package/file."""
    found = {path.name for package, names in PACKAGES.items() for path in _inside(package, names)}
    return [f"{package}/{name}" for package, names in PACKAGES.items() for name in names if name not in found]


def photographs_in(folder: Path, test_sources: Collection[str] | None = None) -> list[Source]:
    """Every picture below `folder`; its name is its path there without the suffix, so that a RAW file and what was
    developed from it are one source. Raises NoPhotographError when there is none."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    if not paths:
        raise NoPhotographError(f"no photographs ({', '.join(sorted(SUFFIXES))}) in {folder}")
    named = [(path.relative_to(folder).with_suffix("").as_posix(), path) for path in paths]
    return [Source(name, _side_of(name, test_sources), path) for name, path in named]


def shown_otherwise(sources: Sequence[Source]) -> list[Source]:
    """Few photographs for training are shown in another light, and beside each other; those for the test as they are."""
    train = tuple(source.path for source in sources if source.split == "train" and source.path is not None)
    if len(train) > FEW:
        return list(sources)
    return [replace(source, vary=True, beside=train) if source.split == "train" else source for source in sources]


def procedural_sources() -> list[Source]:
    """Train only: what is learnt from them has to hold for photographs."""
    return [Source(name, "train", None) for name in MAKERS]


def view_of(source: Source, side: int, rng: np.random.Generator) -> View:
    """Both sides have 256..`side` pixels, less only where the photograph has less. Raises ImageError or RawError."""
    height, width = (int(rng.integers(min(SHORTEST, side), side + 1)) for _ in range(2))
    if source.path is None:
        return Developed(drawn(source.name, height, width, rng))
    if source.path.suffix.lower() in RAW_SUFFIXES:
        light, camera = read_raw(source.path)
        return Undeveloped(framing(_size(light), height, width, rng).of_light(light), camera)
    view = _appearing(source.path, height, width, rng, vary=source.vary)
    if source.beside and rng.random() < COLLAGES:
        for _ in range(int(rng.integers(1, MOST_PASTED + 1))):
            view = pasted(view, _beside(source, view.shape[0], view.shape[1], rng), rng)
    return Developed(view)


def _appearing(path: Path, height: int, width: int, rng: np.random.Generator, *, vary: bool) -> Rgb:
    photograph = _read(path)
    view = framing(_size(photograph), height, width, rng).of_rgb(photograph)
    return varied(view, rng) if vary and rng.random() < VARIED else view


def _beside(source: Source, height: int, width: int, rng: np.random.Generator) -> Rgb:
    if rng.random() < MADE_UP:
        return drawn(list(MAKERS)[int(rng.integers(len(MAKERS)))], height, width, rng)
    return _appearing(source.beside[int(rng.integers(len(source.beside)))], height, width, rng, vary=True)


def _read(path: Path) -> Rgb:
    try:
        return read(path)
    except ImageError as error:
        raise ImageError(f"{path}: {error}") from error


def _size(pixels: Rgb | Floats) -> tuple[int, int]:
    return pixels.shape[0], pixels.shape[1]


def _inside(package: str, names: Sequence[str]) -> list[Path]:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        return []
    folder = Path(found.origin).parent / FOLDERS[package]
    return [folder / name for name in names if (folder / name).exists()]


def _side_of(name: str, test_sources: Collection[str] | None) -> Split:
    if test_sources is not None:
        return "test" if name in test_sources or Path(name).name in test_sources else "train"
    share = int.from_bytes(sha256(name.encode()).digest()[:4], "big") / 2**32
    return "test" if share < TEST_SHARE else "train"
