"""What the name of a file says: where it leads, and whether anybody means it. Names are labels; nothing is written by them."""

import hashlib
import re

from annotation.exchange.unfit import UnfitError

MOST_NAME = 390
_SYSTEM_FOLDER = "__macosx"
_SYSTEM_FILES = {".ds_store", "thumbs.db", "desktop.ini"}
_NO_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_DRIVE = re.compile(r"[A-Za-z]:/")


def spelt_out(said: str) -> str:
    """What a database can hold and a terminal show: bytes that are no text, and what steers a terminal, as numbers."""
    return _NO_TEXT.sub(lambda found: f"\\x{ord(found[0]) & 0xFF:02x}", said)


def readable_name(name: str) -> str:
    """The name spelt out, and cut if it is very long."""
    text = spelt_out(name)
    if len(text) <= MOST_NAME:
        return text
    return f"{hashlib.sha256(text.encode()).hexdigest()[:12]}…{text[-(MOST_NAME - 13) :]}"


def kept_aside(name: str) -> str:
    """Where a file belongs that a system or a program keeps for itself: the first such folder, or its own kind.

    Empty for every other file, also for one whose path is refused.
    """
    if _leads_elsewhere(name):
        return ""
    *folders, last = _parts(name) or [""]
    for depth, part in enumerate(folders, 1):
        if part.startswith(".") or part.lower() == _SYSTEM_FOLDER:
            return f"{'/'.join(folders[:depth])}/"
    if last.startswith("._"):
        return "._*"
    return last if last.lower() in _SYSTEM_FILES else ""


def check_name(name: str) -> None:
    """Raises UnfitError for a path that leads elsewhere and for a hidden file."""
    if _leads_elsewhere(name):
        raise UnfitError("The path is absolute or leads upwards; give the file a plain one.")
    parts = _parts(name)
    if not parts:
        raise UnfitError("The file has no name.")
    if parts[-1].startswith("."):
        raise UnfitError("The name begins with a dot, as those of hidden files do; rename the file if it is meant.")


def _leads_elsewhere(name: str) -> bool:
    path = name.replace("\\", "/")
    return path.startswith("/") or bool(_DRIVE.match(path)) or ".." in path.split("/")


def _parts(name: str) -> list[str]:
    """Archives from Windows have backslashes between folders, too."""
    return [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
