"""Pictures for tests."""

import io
from pathlib import Path

import numpy as np
from PIL import Image


def picture_of(width: int, height: int, *, seed: int = 0, mode: str = "RGB") -> Image.Image:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels).convert(mode)


def picture_bytes(kind: str, width: int, height: int, *, seed: int = 0, mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    picture_of(width, height, seed=seed, mode=mode).save(out, kind, **options)
    return out.getvalue()


def write_pictures(folder: Path, count: int, *, side: int = 48) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"photo ({number}).png" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(picture_bytes("PNG", side, side, seed=number))
    return paths
