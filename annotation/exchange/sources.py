"""Where images come from: a folder, a zip (`zips`), or a CSV that lists them. Each file found is an entry, whatever it is."""

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PureWindowsPath
from posixpath import splitext

from annotation.exchange.names import check_name, kept_aside, readable_name
from annotation.exchange.photographs import MOST_BYTES, UnfitError

Read = Callable[[], bytes]


class SourceError(ValueError):
    """The source as a whole cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a source. `read` gives its bytes or raises UnfitError."""

    path: str
    read: Read


def sorted_out(found: Iterable[tuple[str, Read]]) -> list[Entry]:
    """An entry for each file by its name, and one for all that a system keeps for itself in one folder or under one name."""
    entries, aside = [], Counter[str]()
    for name, read in found:
        belongs = kept_aside(name)
        if belongs:
            aside[belongs] += 1
        else:
            entries.append(Entry(readable_name(name), partial(_read_checked, name, read)))
    entries += [Entry(readable_name(name), partial(_leave_out, number)) for name, number in sorted(aside.items())]
    return _told_apart(entries)


def _read_checked(name: str, read: Read) -> bytes:
    check_name(name)
    return read()


def _leave_out(number: int) -> bytes:
    raise UnfitError(f"Hidden, or what a system keeps for itself; files left out: {number}.")


def _told_apart(entries: Iterable[Entry]) -> list[Entry]:
    """A zip can hold two files of one name; the second x.jpg is called x (2).jpg."""
    apart: dict[str, Entry] = {}
    again = Counter[str]()
    for entry in entries:
        name, (stem, ending) = entry.path, splitext(entry.path)
        while name in apart:
            again[entry.path] += 1
            name = f"{stem} ({again[entry.path] + 1}){ending}"
        apart[name] = Entry(name, entry.read)
    return list(apart.values())


def folder_entries(folder: Path) -> list[Entry]:
    """Every file below a folder, by name; links to folders and folders that cannot be read are entries, too."""
    found: list[tuple[str, Read]] = []

    def add_closed(error: OSError) -> None:
        closed = Path(error.filename)
        if closed == folder:
            raise SourceError(f"{folder} cannot be read: {error.strerror}.") from error
        found.append((f"{closed.relative_to(folder).as_posix()}/", partial(_refuse_closed, error)))

    if not os.path.isdir(folder):  # noqa: PTH112  Path's own raises for some names; so does is_symlink
        if os.path.lexists(folder):
            raise SourceError(f"{folder} is not a folder.")
        raise SourceError(f"{folder} is not there, or this account may not see it.")
    for base, folders, names in os.walk(folder, onerror=add_closed):
        folders.sort()
        below = Path(base).relative_to(folder)
        found += [((below / name).as_posix(), partial(read_file, Path(base, name))) for name in sorted(names)]
        links = [name for name in folders if os.path.islink(Path(base, name))]  # noqa: PTH114
        found += [((below / name).as_posix(), _refuse_link) for name in links]
    return sorted_out(found)


def _refuse_link() -> bytes:
    raise UnfitError("A link to a folder is not followed; import that folder by itself.")


def _refuse_closed(error: OSError) -> bytes:
    raise UnfitError(f"The folder cannot be read: {error.strerror}.")


def read_file(path: Path) -> bytes:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise UnfitError("This is a folder or a device, not a file.")
        if found.st_size > MOST_BYTES:
            raise UnfitError(f"The file has more than {MOST_BYTES // 2**20} MiB.")
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UnfitError("There is no such file.") from error
    except OSError as error:
        raise UnfitError(f"The file cannot be read: {error.strerror}.") from error


def listed_entries(folder: Path, paths: Iterable[str]) -> list[Entry]:
    """The files a CSV names, which must lie below the CSV's own folder."""
    return _told_apart(Entry(readable_name(path), partial(_read_below, folder, path)) for path in dict.fromkeys(paths))


def _read_below(folder: Path, path: str) -> bytes:
    if "\0" in path:  # which no file's name has
        raise UnfitError("There is no such file.")
    target = Path(os.path.realpath(folder / _as_here(folder, path)))
    if not target.is_relative_to(os.path.realpath(folder)):
        raise _outside()
    return read_file(target)


def _as_here(folder: Path, path: str) -> str:
    """A path as this system writes it: a table from Windows has backslashes, or a drive."""
    if os.path.lexists(folder / path):
        return path
    written = PureWindowsPath(path)
    if written.drive:
        raise _outside()
    return written.as_posix()


def _outside() -> UnfitError:
    return UnfitError("The path leads outside the folder of the CSV.")
