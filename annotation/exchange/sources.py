"""Where images come from: a folder, a zip, or a CSV that lists them. Names are labels only; nothing is written by them."""

import hashlib
import os
import zipfile
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from annotation.exchange.photographs import MOST_BYTES, UnfitError

MOST_ENTRIES = 200_000
MOST_ZIP_BYTES = 200 * 2**30
MOST_RATIO = 200
_JUNK = ("__MACOSX/", "Thumbs.db", ".DS_Store")
MOST_NAME = 390


class SourceError(ValueError):
    """The source as a whole cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a source. `read` gives its bytes or raises UnfitError."""

    path: str
    read: Callable[[], bytes]


def readable_name(name: str) -> str:
    """A name the database can hold: bytes that are no text are spelt out, and a very long name is cut."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace").replace("\x00", "\\x00")
    if len(text) <= MOST_NAME:
        return text
    return f"{hashlib.sha256(text.encode()).hexdigest()[:12]}…{text[-(MOST_NAME - 13) :]}"


def _told_apart(entries: Iterable[Entry]) -> list[Entry]:
    """A zip can hold two files of one name; the second x.jpg is called x (2).jpg."""
    apart: dict[str, Entry] = {}
    for entry in entries:
        name, again, path = entry.path, 1, PurePosixPath(entry.path)
        while name in apart:
            again += 1
            name = str(path.with_name(f"{path.stem} ({again}){path.suffix}"))
        apart[name] = Entry(name, entry.read)
    return list(apart.values())


def _wanted(name: str) -> bool:
    parts = name.split("/")
    return not any(part.startswith(".") for part in parts) and not name.startswith(_JUNK) and parts[-1] not in _JUNK


def folder_entries(folder: Path) -> list[Entry]:
    """Every file below a folder, by name. Hidden files and links to folders are left alone."""
    if not folder.is_dir():
        raise SourceError(f"{folder} is not a folder.")
    entries = []
    for base, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(base) / name
            label = path.relative_to(folder).as_posix()
            if _wanted(label):
                entries.append(Entry(readable_name(label), partial(read_file, path)))
    return _told_apart(entries)


def read_file(path: Path) -> bytes:
    if not path.is_file():
        raise UnfitError("There is no such file.")
    if path.stat().st_size > MOST_BYTES:
        raise UnfitError(f"The file has more than {MOST_BYTES // 2**20} MiB.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnfitError(f"The file cannot be read: {error.strerror}.") from error


def zip_entries(archive: zipfile.ZipFile) -> list[Entry]:
    """The files of an archive, by name. Raises SourceError for one that is too large as a whole."""
    infos = [info for info in archive.infolist() if not info.is_dir() and _wanted(info.filename)]
    if len(infos) > MOST_ENTRIES:
        raise SourceError(f"The zip has {len(infos)} files; the most is {MOST_ENTRIES}.")
    if sum(info.file_size for info in infos) > MOST_ZIP_BYTES:
        raise SourceError(f"The zip unpacks to more than {MOST_ZIP_BYTES // 2**30} GiB.")
    infos.sort(key=lambda info: info.filename)
    return _told_apart(Entry(readable_name(info.filename), partial(read_member, archive, info)) for info in infos)


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """One file of a zip, never more than the limit whatever its header claims."""
    if info.flag_bits & 1:
        raise UnfitError("The file is encrypted; pack the zip without a password.")
    too_dense = info.file_size > MOST_RATIO * max(info.compress_size, 1) and info.file_size > 2**20
    if info.file_size > MOST_BYTES or too_dense:
        raise UnfitError(f"The file unpacks to {info.file_size // 2**20} MiB, more than a photograph does.")
    try:
        with archive.open(info) as file:
            data = file.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError, RuntimeError) as error:
        raise UnfitError(f"The zip is damaged here: {error}.") from error
    except Exception as error:  # zlib.error and lzma.LZMAError share no base
        raise UnfitError(f"The zip is damaged here: {error}.") from error
    if len(data) > MOST_BYTES:
        raise UnfitError("The file unpacks to more than its header says.")
    return data


def listed_entries(folder: Path, paths: Iterable[str]) -> list[Entry]:
    """The files a CSV names, which must lie below the CSV's own folder."""
    return [Entry(readable_name(path), partial(_read_below, folder, path)) for path in dict.fromkeys(paths)]


def _read_below(folder: Path, path: str) -> bytes:
    target = (folder / path).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise UnfitError("The path leads outside the folder of the CSV.")
    return read_file(target)


def open_zip(file: IO[bytes] | Path) -> AbstractContextManager[zipfile.ZipFile]:
    """Raises SourceError for something that is no zip."""
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError) as error:
        raise SourceError(f"This is not a readable zip: {error}.") from error
