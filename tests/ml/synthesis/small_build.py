"""A build of small pictures that takes seconds."""

from pathlib import Path

import numpy as np
from PIL import Image

from ml.synthesis.order import Order
from tests.ml.pictures import scene


def photographs(folder: Path) -> Path:
    """Five that differ, two of them for the test."""
    folder.mkdir()
    for number, name in enumerate("abcde"):
        Image.fromarray(np.roll(scene(112, 128), 20 * number, axis=1)).save(folder / f"{name}.png")
    return folder


def small_order(photos: Path, **changed: object) -> Order:
    settings: dict[str, object] = {
        "images": 6,
        "side": 128,
        "variants": 1,
        "regions": 2,
        "procedural": 0.0,
        "photos": (str(photos),),
        "test_sources": ("b", "d"),
        "views_per_shard": 2,
    }
    return Order(**{**settings, **changed})  # type: ignore[arg-type]


def content(folder: Path) -> dict[str, bytes]:
    """Every file but the lock, by its place."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
