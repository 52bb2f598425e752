"""Folders as zip files whose bytes depend on their content alone, and finished files into the store."""

import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from django.core.files import File
from django.core.files.storage import default_storage

PIECE = 1 << 20
DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest date a zip can say."""
PACKED = {".parquet", ".jpg", ".jpeg", ".png", ".webp", ".avif", ".gz"}
"""Packed already; deflating them again wins nothing."""

Tick = Callable[[], None]


def zip_folder(folder: Path, target: Path, tick: Tick = lambda: None) -> None:
    """Every file below `folder`, by name, with fixed dates and rights; `tick` is called after each piece."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    with zipfile.ZipFile(target, "w") as archive:
        for path in files:
            _add(archive, path, path.relative_to(folder).as_posix(), tick)


def _add(archive: zipfile.ZipFile, path: Path, name: str, tick: Tick) -> None:
    entry = zipfile.ZipInfo(name, DATE)
    entry.compress_type = zipfile.ZIP_STORED if path.suffix.lower() in PACKED else zipfile.ZIP_DEFLATED
    entry.create_system, entry.external_attr = 3, 0o100644 << 16
    entry.file_size = path.stat().st_size
    with path.open("rb") as source, archive.open(entry, "w") as sink:
        while piece := source.read(PIECE):
            sink.write(piece)
            tick()


def store(made: Path, name: str) -> str:
    """Puts a finished file into the store and returns its name there; one that is there already is kept.

    On a disk it is written under another name first, so that half a file is never found under the right one.
    """
    if default_storage.exists(name):
        return name
    try:
        final = Path(default_storage.path(name))
    except NotImplementedError:  # an object store: a file is there whole or not at all
        with made.open("rb") as source:
            return default_storage.save(name, File(source))
    final.parent.mkdir(parents=True, exist_ok=True)
    part = final.with_name(f"{uuid4().hex}.part")
    try:
        shutil.copyfile(made, part)
        os.replace(part, final)  # noqa: PTH105  the atomic one
    finally:
        part.unlink(missing_ok=True)
    return name
