"""Kept files as answers of pages."""

from django.core.files.base import File
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404

SHOWN = "private, max-age=3600, no-transform, immutable"


def shown(file: FieldFile, media_type: str) -> FileResponse:
    """A picture's bytes as they are kept. Raises Http404 when the store has lost them."""
    response = FileResponse(_open(file), content_type=media_type)
    response["Content-Disposition"] = "inline"
    response["Cache-Control"] = SHOWN
    return response


def kept(file: FieldFile, name: str) -> FileResponse:
    """A file to keep under this name, never to show. Raises Http404 when the store has lost it."""
    response = FileResponse(_open(file), as_attachment=True, filename=name)
    response["Cache-Control"] = "private, no-store"
    return response


def _open(file: FieldFile) -> "File[bytes]":
    try:
        return file.open("rb")
    except (FileNotFoundError, ValueError) as error:  # a row may name no file any more
        raise Http404("The file is gone from the store.") from error
