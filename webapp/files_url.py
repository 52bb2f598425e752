"""GULLERY_FILES_URL, taken apart: a bucket for files, where they are not in the data folder. It may hold a key, so no message
repeats it."""

import re
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SHAPE = "GULLERY_FILES_URL must look like s3://bucket/folder or s3://key:secret@bucket/folder?endpoint=https://store.lan:9000"
_HINT = "signs other than letters and digits in a key or secret are written as %2F."
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_FOLDER = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")
_ENDPOINT = re.compile(r"https?://[^\s/?#@]+/?")
_REGION = re.compile(r"[a-z0-9-]+")
_ADDRESSING = ("path", "virtual")
_PARAMETERS = ("endpoint", "region", "addressing")


def bucket_of(url: str) -> dict[str, Any]:
    """What ObjectStore is made of. Raises ImproperlyConfigured."""
    try:
        parts = urlsplit(url)
        bucket, port = parts.netloc.rpartition("@")[2], parts.port
    except ValueError:
        raise ImproperlyConfigured(f"{SHAPE}; {_HINT}") from None
    folder = parts.path.strip("/")
    right = parts.scheme == "s3" and _BUCKET.fullmatch(bucket) and port is None and not parts.fragment
    if not right or bool(parts.username) != bool(parts.password) or (folder and not _is_folder(folder)):
        raise ImproperlyConfigured(f"{SHAPE}; {_HINT}")
    asked = _parameters(parts.query)
    endpoint = asked.get("endpoint")
    return {
        "bucket_name": bucket,
        "location": folder,
        "access_key": unquote(parts.username) if parts.username else None,
        "secret_key": unquote(parts.password) if parts.password else None,
        "endpoint_url": endpoint,
        "region_name": asked.get("region"),
        # Stores of one's own seldom have a name for each bucket.
        "addressing_style": asked.get("addressing", "path" if endpoint else "auto"),
    }


def _is_folder(path: str) -> bool:
    return bool(_FOLDER.fullmatch(path)) and not {".", ".."}.intersection(path.split("/"))


def _parameters(query: str) -> dict[str, str]:
    try:
        found = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=True)) if query else {}
    except ValueError:
        raise ImproperlyConfigured(f"{SHAPE}.") from None
    for name, value in found.items():
        if name not in _PARAMETERS:
            known = ", ".join(_PARAMETERS)
            raise ImproperlyConfigured(f"GULLERY_FILES_URL: the parameter {name!r} is unknown; use one of {known}.")
        if not _fits(name, value):
            raise ImproperlyConfigured(f"GULLERY_FILES_URL: {name}={value!r} makes no sense. {SHAPE}.")
    return found


def _fits(name: str, value: str) -> bool:
    if name == "addressing":
        return value in _ADDRESSING
    return bool((_ENDPOINT if name == "endpoint" else _REGION).fullmatch(value))
