"""Versions of a store elsewhere, brought to this machine file by file: who is killed on the way leaves what is whole."""

import fcntl
import json
import logging
import os
import tempfile
import time
from collections.abc import Collection, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from threading import Lock, Thread
from typing import IO, Any, Final

from django.conf import settings
from django.core.files.storage import default_storage

MANIFEST: Final = "manifest.json"
KEPT_DAYS: Final = 30
PIECE: Final = 1 << 20

log = logging.getLogger(__name__)

_coming: dict[str, tuple["Future[Path]", float]] = {}
"""And since when."""
_asking = Lock()


class NotHereError(OSError):
    """A version is not on this machine, or not yet: no fault of whoever asks for it."""


def fetched(folder: str) -> Path:
    """The version's directory here, once all of it is. Raises OSError; what has come until then need not come again."""
    place = _place(folder)
    if not place.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        with _one_at_a_time(place):
            if not place.is_dir():
                _make_room(place.parent)
                _fetch(folder, place.with_name(f"{folder}.part")).rename(place)
    os.utime(place)
    return place


def fetched_within(folder: str, seconds: float) -> Path:
    """The same, for those who cannot wait: it goes on coming for whoever asks later. Raises NotHereError, at once where it
    has been coming for so long already.
    """
    if _place(folder).is_dir():
        return fetched(folder)
    with _asking:
        if folder not in _coming:
            _coming[folder] = Future(), time.monotonic()
            Thread(target=_bring, args=(folder, _coming[folder][0]), name=f"fetch-{folder}", daemon=True).start()
        coming, since = _coming[folder]
    try:
        return coming.result(timeout=max(0.0, since + seconds - time.monotonic()))
    except TimeoutError:
        raise NotHereError("The model is still on its way to this machine; ask again in some minutes.") from None


def _bring(folder: str, coming: "Future[Path]") -> None:
    """It is no longer coming when it is told how it ended: whoever hears of a failure and asks again begins anew."""
    place, failure = Path(), None
    try:
        place = fetched(folder)
    except Exception as error:
        log.warning("Version %s could not be fetched: %s", folder, error)
        failure = NotHereError("The model could not be brought to this machine; see the worker's log.")
    with _asking:
        del _coming[folder]
    if failure is None:
        coming.set_result(place)
    else:
        coming.set_exception(failure)


def _place(folder: str) -> Path:
    return Path(settings.VERSIONS_DIR) / folder


@contextmanager
def _one_at_a_time(place: Path) -> Iterator[None]:
    """Of several who ask for a version one fetches it, and the others wait; the lock of one who is killed is free again."""
    lock = place.with_name(f"{place.name}.lock")
    with lock.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
        lock.unlink(missing_ok=True)  # only with the version there: whoever comes now needs no lock


def _fetch(folder: str, part: Path) -> Path:
    part.mkdir(exist_ok=True)
    with default_storage.open(f"versions/{folder}/{MANIFEST}", "rb") as source:
        said = source.read()
    (part / MANIFEST).write_bytes(said)
    hashes = {name: facts["sha256"] for name, facts in json.loads(said)["files"].items()}
    stored = sorted(default_storage.listdir(f"versions/{folder}")[1])
    _forget_others(part, {*stored, MANIFEST})
    for name in stored:
        if not (part / name).exists():
            with default_storage.open(f"versions/{folder}/{name}", "rb") as source:
                _keep(source, part / name, hashes.get(name))
    return part


def _keep(source: IO[Any], path: Path, wanted: str | None) -> None:
    """Under its name only when it is whole and on the disk. Raises OSError when it is not what the manifest says."""
    part, digest = path.with_name(f"{path.name}.part"), sha256()
    with part.open("wb") as target:
        while piece := source.read(PIECE):
            digest.update(piece)
            target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    if wanted not in {None, digest.hexdigest()}:
        part.unlink()
        raise OSError(f"{path.name} in the store is not the file that its manifest names")
    part.rename(path)


def _forget_others(part: Path, names: Collection[str]) -> None:
    """Halves of files, and what the store has no longer."""
    for path in part.iterdir():
        if path.name not in names:
            path.unlink()


def _make_room(fetched: Path) -> None:
    """Copies that were not asked for in a month go, as do beginnings; whoever asks for one again fetches it again."""
    unused = time.time() - KEPT_DAYS * 24 * 3600
    with tempfile.TemporaryDirectory(dir=fetched) as scratch:
        for copy in sorted(fetched.iterdir()):
            with suppress(FileNotFoundError):  # another worker makes room, too
                if copy.is_dir() and copy.stat().st_mtime < unused:
                    copy.rename(Path(scratch) / copy.name)  # in one step: half a version is never read
