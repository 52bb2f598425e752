"""Uploaded files on their way into the store, under names the server makes, never held in memory."""

import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import PurePath
from uuid import uuid4

from django.core.files import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile

from annotation.errors import InvalidInput

FOLDER = "uploads"
MOST_SCORES = 20_000_000


def store_images(files: "Sequence[UploadedFile[bytes]]") -> str:
    """One zip or some images as one zip in the store; its name there. What is in it, the import will judge."""
    if not files:
        raise InvalidInput("Send a zip or images as multipart field files.", code="no_file")
    if len(files) == 1 and zipfile.is_zipfile(files[0]):
        files[0].seek(0)
        return _save(files[0], "zip")
    if any(_is_zip(file) for file in files):
        raise InvalidInput("Send either one zip or images, not several zips or both together.", code="mixed_files")
    with tempfile.TemporaryFile() as packed:
        _pack(files, packed)
        return _save(File(packed), "zip")


def store_scores(file: "UploadedFile[bytes]") -> str:
    if (file.size or 0) > MOST_SCORES:
        raise InvalidInput(f"A table of scores has at most {MOST_SCORES:,} bytes, not {file.size:,}.", code="too_large")
    return _save(file, "csv")


def _is_zip(file: "UploadedFile[bytes]") -> bool:
    found = zipfile.is_zipfile(file)
    file.seek(0)
    return found


def _pack(files: "Sequence[UploadedFile[bytes]]", target: object) -> None:
    """Stored, not compressed: photographs do not get smaller. A name that comes twice gets a folder of its own."""
    seen: set[str] = set()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]
        for number, file in enumerate(files, 1):
            name = PurePath(file.name or f"image {number}").name
            path = f"{number}/{name}" if name in seen else name
            seen.add(name)
            with archive.open(path, "w", force_zip64=True) as entry:
                for chunk in file.chunks():
                    entry.write(chunk)


def _save(file: File, ending: str) -> str:  # type: ignore[type-arg]
    return default_storage.save(f"{FOLDER}/{uuid4().hex}.{ending}", file)
