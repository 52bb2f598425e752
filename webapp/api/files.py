"""Files as answers, in a way no browser can take for a page of ours."""

from django.core.files import File
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpResponseBase
from django.utils.cache import get_conditional_response
from rest_framework.request import Request

from annotation.models import Image

KEPT = "private, max-age=3600, no-transform, immutable"


def picture(request: Request, image: Image) -> HttpResponseBase:
    """The original bytes with their SHA-256 as the tag, so that a page can tell whether they arrived as they are kept.

    The name stays here; the hash says no more than the bytes that go out with it.
    """
    return original(request, image.file, image.sha256, image.media_type, image.byte_size)


def original(
    request: Request, file: FieldFile, sha256: str, media_type: str, byte_size: int | None = None
) -> HttpResponseBase:
    """A picture's bytes as they are kept, to be shown. Without the size the store is asked for it."""
    tag = f'"{sha256}"'
    unchanged = get_conditional_response(request._request, etag=tag, response=None)
    response: HttpResponseBase = unchanged or FileResponse(_open(file), content_type=media_type)
    if unchanged is None:
        response["Content-Length"] = str(file.size if byte_size is None else byte_size)
        response["Content-Disposition"] = "inline"
    response["ETag"] = tag
    response["Cache-Control"] = KEPT
    response["X-Content-Type-Options"] = "nosniff"
    return response


def download(file: FieldFile, name: str, media_type: str) -> HttpResponseBase:
    """A file to keep, never to show."""
    response = FileResponse(_open(file), as_attachment=True, filename=name, content_type=media_type)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _open(file: FieldFile) -> File:  # type: ignore[type-arg]
    try:
        return file.open("rb")
    except (FileNotFoundError, ValueError) as error:
        raise Http404("The file is gone from the store.") from error
