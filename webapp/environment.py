"""Strict readers for settings that come from the environment: a value that cannot be meant stops the program."""

import os
import re
import secrets
import tempfile
from collections.abc import Collection
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured

from webapp.embedded.errors import EmbeddedError
from webapp.embedded.folders import passable_folder

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}
_RATE = re.compile(r"[1-9][0-9]*/(s|sec|second|m|min|minute|h|hour|d|day)")
_HOST = re.compile(r"\*|\.?[a-z0-9]([a-z0-9._-]*[a-z0-9])?", re.IGNORECASE)
_ORIGIN = re.compile(r"https?://(\*\.)?[^\s/*?#@]+")
_PLACEHOLDERS = (
    "insecure",
    "changeme",
    "change-me",
    "change_me",
    "replace-me",
    "your-secret",
    "secret-key",
    "password",
)
_LEAST_CHARACTERS = 32
_LEAST_DIFFERENT = 9
"""Fewer stand in one word written again and again; of 32 random hexadecimal digits hardly ever so few are different."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def boolean(name: str, default: bool) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is not a yes or no; use one of 1, 0, true, false, yes, no, on, off.")


def integer(name: str, default: int, *, least: int = 0, most: int = 1_000_000) -> int:
    value = text(name)
    if not value:
        return default
    try:
        number = int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number.") from error
    if number < least:
        raise ImproperlyConfigured(f"{name}={number} is too small; the least is {least}.")
    if number > most:
        raise ImproperlyConfigured(f"{name}={number} is too large; the most is {most}.")
    return number


def choice(name: str, options: tuple[str, ...], default: str) -> str:
    value = text(name, default)
    if value not in options:
        raise ImproperlyConfigured(f"{name}={value!r} is unknown; use one of {', '.join(options)}.")
    return value


def names(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A comma-separated list."""
    return [part.strip() for part in text(name).split(",") if part.strip()] or list(default)


def rate(name: str, default: str) -> str:
    value = text(name, default)
    if not _RATE.fullmatch(value):
        raise ImproperlyConfigured(
            f"{name}={value!r} is not a rate; it looks like 20/min: a number, then s, min, hour or day."
        )
    return value


def hosts(name: str, default: tuple[str, ...] = ()) -> list[str]:
    found = names(name, default)
    for host in found:
        if not (_HOST.fullmatch(host) or _is_address(host)):
            raise ImproperlyConfigured(f"{name}: {host!r} is not a host's name; leave out https://, port and path.")
    return found


def _is_address(host: str) -> bool:
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    try:
        ip_address(bare)
    except ValueError:
        return False
    return True


def origins(name: str) -> list[str]:
    found = names(name)
    for origin in found:
        if not _ORIGIN.fullmatch(origin):
            raise ImproperlyConfigured(
                f"{name}: {origin!r} must look like https://gullery.example.org, without a path."
            )
    return found


def server_url(name: str, schemes: Collection[str]) -> str:
    """The address of a Redis, or nothing. It may hold a password, so no message repeats it."""
    value = text(name)
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        right = value.partition("://")[0] in schemes and parts.port != 0 and not parts.fragment
    except ValueError:  # of its port
        right = False
    database = parts.path.strip("/") if right and parts.scheme.startswith("redis") and "+" not in parts.scheme else ""
    if not right or (database and not database.isdigit()):
        raise ImproperlyConfigured(
            f"{name} must look like redis://:password@host:6379/0 (it may begin with {', '.join(schemes)});"
            " signs other than letters and digits in a password are written as %23."
        )
    return value


def time_zone(name: str, default: str) -> str:
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ImproperlyConfigured(
            f"{name}={value!r} is not a time zone; it looks like Europe/Berlin or UTC."
        ) from error
    return value


def existing(name: str, *, what: str) -> str:
    """A path, or nothing. `what`: file or directory."""
    value = text(name)
    if value and not (Path(value).is_file() if what == "file" else Path(value).is_dir()):
        raise ImproperlyConfigured(f"{name}={value!r}: there is no such {what}.")
    return value


def folder(name: str, default: Path) -> Path:
    return Path(text(name, str(default))).expanduser().resolve()


def secret(name: str, *, kept_in: Path, debug: bool) -> str:
    """The secret from the environment, else the one kept in a file that is made at first start.

    Raises ImproperlyConfigured for a short or well-known secret unless debugging.
    """
    given = text(name)
    value = given or _kept_secret(kept_in)
    if not debug and _can_be_guessed(value):
        where = name if given else f"{name}, which is kept in {kept_in},"
        raise ImproperlyConfigured(
            f"{where} is too short or well known; give at least {_LEAST_CHARACTERS} random characters."
        )
    return value


def _can_be_guessed(value: str) -> bool:
    low = value.lower()
    short = len(value) < _LEAST_CHARACTERS or len(set(low)) < _LEAST_DIFFERENT
    return short or any(word in low for word in _PLACEHOLDERS)


def _kept_secret(path: Path) -> str:
    """Whole from the first moment: of processes that start at once one makes it, and none finds half of it after a kill."""
    try:
        if not path.exists():
            passable_folder(path.parent)
            with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f"{path.name}.") as made:  # 0600
                made.write(secrets.token_urlsafe(48))
                made.flush()
                with suppress(FileExistsError):
                    os.link(made.name, path)
        return path.read_text().strip()
    except (OSError, EmbeddedError) as error:
        raise ImproperlyConfigured(
            f"The secret key cannot be kept in {path}, or read there: {error}. Start as the user whose data folder it is, or"
            " choose another GULLERY_DATA."
        ) from error
