"""Files as answers, in a way no browser can take for a page of ours."""

from django.core.files import File
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.crypto import salted_hmac
from rest_framework.request import Request

from annotation.models import Image

KEPT = "private, max-age=3600, no-transform, immutable"


def picture(request: Request, image: Image) -> HttpResponseBase:
    """The original bytes. Neither name nor hash goes out: the tag is a keyed one that cannot be looked up elsewhere."""
    tag = f'"{salted_hmac("gullery.image", f"{image.pk} {image.sha256}").hexdigest()[:32]}"'
    unchanged = get_conditional_response(request._request, etag=tag, response=None)
    response: HttpResponseBase = unchanged or FileResponse(_open(image.file), content_type=image.media_type)
    if unchanged is None:
        response["Content-Length"] = str(image.byte_size)
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
