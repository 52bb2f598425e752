"""Builds on disk: lossless pictures, one JSON line per region in shards, and an index of what is finished.

A shard is there whole or not at all: its pictures are written first, its lines under another name, then renamed. What a
killed build leaves of an unfinished shard is written again with the same bytes.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, TypedDict

import numpy as np
from PIL import Image

from ml.synthesis.light import Rgb
from ml.synthesis.order import Order, photographs_of
from ml.synthesis.originals import FILE, as_text, checked, kept
from ml.synthesis.variants import Picture, pictures_of

INDEX = "index.json"
DIGITS = 4


class BuildError(ValueError):
    """The folder holds something else than this build; the message says what."""


class Line(TypedDict):
    """One region. `size` is (height, width), `counts` COCO's compressed run-length code, `image` a place in the folder;
    `kind`, `strength`, `partial`, `damage` and `harm` say where the labels come from."""

    id: str
    image: str
    source: str
    split: str
    size: list[int]
    counts: str
    quality: float
    importance: float
    distortions: dict[str, float]
    kind: str
    strength: int
    partial: bool
    damage: float
    harm: float


def start(folder: Path, order: Order, workers: int = 1) -> None:
    """Makes the folder, or finds it half built by the same order and of the same photographs; reads them all the first time.

    Raises BuildError for another order, PhotographError for photographs that are broken or others than they were.
    """
    begun = (folder / INDEX).exists()
    if begun:
        _refuse_another(folder, order)
    originals = checked(photographs_of(order), kept(folder), begun=begun, workers=workers)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / INDEX).exists():
        write_index(folder, order)
    _refuse_another(folder, order)  # another job may have begun it meanwhile
    with _locked(folder):
        _replace(folder / FILE, as_text(originals).encode())


def _refuse_another(folder: Path, order: Order) -> None:
    begun, wanted = _index(folder)["order"], _plain(order.as_json())
    differing = sorted(key for key in begun.keys() | wanted.keys() if begun.get(key) != wanted.get(key))
    if differing:
        was = ", ".join(f"{key} {begun.get(key)!r} and not {wanted.get(key)!r}" for key in differing)
        raise BuildError(f"{folder} was begun with {was}; take another folder or the same settings")


def missing(folder: Path, order: Order) -> list[int]:
    return [shard for shard in range(order.shards) if not (folder / shard_name(shard)).exists()]


def build_shard(folder: Path, order: Order, shard: int) -> None:
    """Pictures into images/<shard>/, then the shard's lines."""
    place = f"images/{shard:05d}"
    (folder / place).mkdir(parents=True, exist_ok=True)
    lines = [
        line
        for view in order.views_of(shard)
        for picture in pictures_of(order, view)
        for line in _write(folder, place, picture)
    ]
    _replace(folder / shard_name(shard), "".join(json.dumps(line) + "\n" for line in lines).encode())


def write_index(folder: Path, order: Order) -> None:
    """What is finished, with hashes; several processes may do so at once. A shard never changes and is hashed once."""
    with _locked(folder):
        known = {entry["file"]: entry for entry in _index(folder).get("shards", [])}
        names = sorted(path.name for path in folder.glob("shard-*.jsonl"))
        done = [known.get(name) or _entry(folder / name) for name in names]
        index = {"order": order.as_json(), "complete": len(done) == order.shards, "shards": done}
        _replace(folder / INDEX, (json.dumps(index, indent=1) + "\n").encode())


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def lines_of(folder: Path) -> Iterator[Line]:
    """Of all finished shards, in order."""
    for shard in _index(folder)["shards"]:
        with (folder / shard["file"]).open() as lines:
            yield from map(json.loads, lines)


def _index(folder: Path) -> dict[str, Any]:
    """Empty when there is none yet."""
    path = folder / INDEX
    index: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return index


def shard_name(shard: int) -> str:
    return f"shard-{shard:05d}.jsonl"


def _write(folder: Path, place: str, picture: Picture) -> Iterator[Line]:
    from pycocotools import mask as coco  # slow import

    file = f"{place}/{picture.name}.webp"
    _save(folder / file, picture.rgb)
    for number, (mask, labels) in enumerate(zip(picture.masks, picture.labels, strict=True)):
        yield Line(
            id=f"{picture.name}-{number}",
            image=file,
            source=picture.source.name,
            split=picture.source.split,
            size=[*mask.shape],
            counts=coco.encode(np.asfortranarray(mask, dtype=np.uint8))["counts"].decode("ascii"),
            quality=round(labels.quality, DIGITS),
            importance=round(labels.importance, DIGITS),
            distortions={kind: round(severity, DIGITS) for kind, severity in labels.distortions.items()},
            kind=picture.kind,
            strength=picture.strength,
            partial=picture.partial,
            damage=round(labels.damage, 6),
            harm=round(labels.harm, 6),
        )


def _save(path: Path, rgb: Rgb) -> None:
    """WebP without loss: smaller than PNG and faster to write."""
    part = path.with_suffix(".part")
    Image.fromarray(rgb).save(part, "WEBP", lossless=True, method=0, quality=20)
    part.replace(path)


def _replace(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    part.replace(path)


def _entry(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {"file": path.name, "sha256": sha256(content).hexdigest(), "regions": content.count(b"\n")}


def _plain(value: dict[str, object]) -> dict[str, Any]:
    """As it is after a way through JSON: tuples are lists."""
    plain: dict[str, Any] = json.loads(json.dumps(value))
    return plain
