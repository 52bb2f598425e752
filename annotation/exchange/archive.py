"""Folders as zip files whose bytes depend on their content alone, and finished files into the store."""

import os
import shutil
import zipfile
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from django.core.files import File
from django.core.files.storage import default_storage

PIECE = 1 << 20
EARLIEST = datetime(1980, 1, 1)  # noqa: DTZ001  a zip's dates have no zone
DATES = 2**28
"""Steps of two seconds, as a zip counts them: until 1997."""
PACKED = {".parquet", ".jpg", ".jpeg", ".png", ".webp", ".avif", ".gz"}
"""Packed already; deflating them again wins nothing."""

Tick = Callable[[], None]


def zip_folder(folder: Path, target: Path, tick: Tick = lambda: None) -> None:
    """Every file below `folder`, by name, with fixed rights; `tick` is called after each piece.

    A file's date follows from its content: who keeps what was read by name and date, as `datasets` does, reads anew what is
    unpacked over an older export.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    with zipfile.ZipFile(target, "w") as archive:
        for path in files:
            _add(archive, path, path.relative_to(folder).as_posix(), tick)


def _add(archive: zipfile.ZipFile, path: Path, name: str, tick: Tick) -> None:
    date = EARLIEST + timedelta(seconds=2 * (_checksum(path, tick) % DATES))
    entry = zipfile.ZipInfo(name, date.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_STORED if path.suffix.lower() in PACKED else zipfile.ZIP_DEFLATED
    entry.create_system, entry.external_attr = 3, 0o100644 << 16
    entry.file_size = path.stat().st_size
    with path.open("rb") as source, archive.open(entry, "w") as sink:
        while piece := source.read(PIECE):
            sink.write(piece)
            tick()


def _checksum(path: Path, tick: Tick) -> int:
    found = 0
    with path.open("rb") as source:
        while piece := source.read(PIECE):
            found = zlib.crc32(piece, found)
            tick()
    return found


def store(made: Path, name: str) -> str:
    """Puts a finished file into the store and returns its name there; one that is there already, and whole, is kept.

    On a disk it is written under another name first, so that half a file is never found under the right one.
    """
    if default_storage.exists(name) and default_storage.size(name) == made.stat().st_size:
        return name
    try:
        final = Path(default_storage.path(name))
    except NotImplementedError:  # an object store: a file is there whole or not at all
        default_storage.delete(name)  # or it would choose another
        with made.open("rb") as source:
            return default_storage.save(name, File(source))
    final.parent.mkdir(parents=True, exist_ok=True)
    part = final.with_name(f"{uuid4().hex}.part")
    try:
        with made.open("rb") as source, part.open("wb") as sink:
            shutil.copyfileobj(source, sink, PIECE)
            sink.flush()
            os.fsync(sink.fileno())  # a row will name it
        os.replace(part, final)  # noqa: PTH105  the atomic one
    finally:
        part.unlink(missing_ok=True)
    return name
