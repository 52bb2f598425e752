"""Labelled regions from a synthetic build (index.json, shards), a folder of several builds, or a `seagull` export (labels.json,
images/).
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from ml.records.region import RecordError, RegionRecord, Split
from ml.records.runs import RunsError, area_of
from ml.vocabulary import DISTORTIONS

TOP = 4.0
Raw = Mapping[str, Any]
DAMAGE = (KeyError, TypeError, ValueError, AttributeError)
"""What reading a record raises that is not as it has to be."""


def read_records(directory: Path) -> list[RegionRecord]:
    """Every region of a build, or of all builds in a folder; the settled ones of an export that was written with its images.

    Raises RecordError, which names the first record that cannot be learnt from and what is wrong with it: something
    missing or out of range, a mask that does not fit, an image that is not there or of another size.
    """
    records = list(_records(directory))
    if not records:
        raise RecordError(f"{directory} holds no labelled regions")
    size_of = lru_cache(maxsize=None)(_size_of)
    for record in records:
        _check(record, size_of)
    return records


def _records(directory: Path) -> Iterator[RegionRecord]:
    if (directory / "labels.json").exists():
        settled = (row for row in _rows(directory / "labels.json") if row.get("status") == "settled")
        return (_made(_from_export, directory, row) for row in settled)
    if (directory / "index.json").exists():
        return (_made(_from_build, directory, row) for row in _lines(directory))
    builds = sorted(index.parent for index in directory.glob("*/index.json"))
    if builds:
        return (replace(record, id=f"{build.name}/{record.id}") for build in builds for record in _records(build))
    raise RecordError(f"{directory} has neither labels.json (a seagull export) nor index.json (a synthetic build)")


def _rows(labels: Path) -> list[Raw]:
    rows = json.loads(labels.read_text(encoding="utf-8"))
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RecordError(f"{labels.name} is not a list of records")
    return rows


def _lines(directory: Path) -> Iterator[Raw]:
    for file in _shards(directory / "index.json"):
        with (directory / file).open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                yield _parsed(line, f"{file} line {number}")


def _shards(index: Path) -> list[str]:
    try:
        return [str(shard["file"]) for shard in json.loads(index.read_text(encoding="utf-8"))["shards"]]
    except (KeyError, TypeError) as error:
        raise RecordError(f"{index.name} does not list the shards of a build") from error


def _parsed(line: str, where: str) -> Raw:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise RecordError(f"{where} is not JSON: {error}") from error
    if not isinstance(row, dict):
        raise RecordError(f"{where} is no record")
    return row


def _made(make: Callable[[Path, Raw], RegionRecord], directory: Path, row: Raw) -> RegionRecord:
    try:
        return make(directory, row)
    except DAMAGE as error:
        told = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise RecordError(f"record {row.get('id', '(without id)')}: {told}") from error


def _from_build(directory: Path, row: Raw) -> RegionRecord:
    return RegionRecord(
        id=str(row["id"]),
        image=directory / row["image"],
        source=str(row["source"]),
        split=_split(row["split"]),
        size=_pair(row["size"]),
        counts=str(row["counts"]),
        quality=float(row["quality"]),
        importance=float(row["importance"]),
        distortions={kind: float(severity) for kind, severity in row["distortions"].items()},
    )


def _from_export(directory: Path, row: Raw) -> RegionRecord:
    size, image = _pair(row["rle"]["size"]), row["image"]
    if size != (image["height"], image["width"]):
        raise ValueError(f"the mask is for {size} (height, width), the image {(image['height'], image['width'])}")
    literal = "severity=all" in row["rule"].split()
    found = {kind: label for kind, label in row["distortions"].items() if label["present"]}
    return RegionRecord(
        id=str(row["id"]),
        image=directory / image["file"],
        source=str(image["sha256"]),
        split=_split(row["split"]),
        size=size,
        counts=str(row["rle"]["counts"]),
        quality=float(row["quality"]["mean"]),
        importance=float(row["importance"]["mean"]),
        distortions={kind: _severity(label, literal) for kind, label in found.items()},
    )


def _severity(label: Raw, literal: bool) -> float | None:
    """The mean that the study's rule goes by: of those who saw it, or (`literal`) of all with the top clamped."""
    mean = label["mean_all"] if literal else label["mean_affected"]
    return None if mean is None else min(float(mean), TOP)


def _split(text: object) -> Split:
    if text == "train" or text == "test":
        return text
    raise ValueError(f"split {text!r} is neither train nor test")


def _pair(size: Any) -> tuple[int, int]:
    height, width = size
    return int(height), int(width)


def _check(record: RegionRecord, size_of: Callable[[Path], tuple[int, int]]) -> None:
    for name, value in (("quality", record.quality), ("importance", record.importance), *record.distortions.items()):
        if value is not None and not 0.0 <= value <= TOP:
            raise RecordError(f"record {record.id}: {name} is {value}, which is not within 0..4")
    if unknown := sorted(record.distortions.keys() - set(DISTORTIONS)):
        raise RecordError(f"record {record.id}: {unknown[0]!r} is none of {', '.join(DISTORTIONS)}")
    try:
        area, size = area_of(record.counts, record.size), size_of(record.image)
    except FileNotFoundError as error:
        raise RecordError(f"record {record.id}: there is no image {record.image}") from error
    except RunsError as error:
        raise RecordError(f"record {record.id}: {error}") from error
    except (OSError, SyntaxError) as error:  # the latter of a PNG whose chunks are torn
        raise RecordError(f"record {record.id}: image {record.image} cannot be read: {error}") from error
    if size != record.size:
        raise RecordError(
            f"record {record.id}: the mask is for {record.size} (height, width), {record.image} is {size}"
        )
    if not area:
        raise RecordError(f"record {record.id}: the mask has no pixels")


def _size_of(path: Path) -> tuple[int, int]:
    """Height and width of the upright pixels, from the file's header. Raises OSError."""
    from PIL import ExifTags, Image

    try:
        with Image.open(path) as image:
            width, height = image.size
            turned = image.format != "TIFF"  # of these Pillow says the upright size
            sideways = turned and image.getexif().get(ExifTags.Base.Orientation, 1) in (5, 6, 7, 8)
    except Image.DecompressionBombError as error:
        raise OSError(str(error)) from error
    return (width, height) if sideways else (height, width)
