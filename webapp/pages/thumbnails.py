"""Small pictures for overviews, made once and kept in the store. Never used where people judge."""

from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponse, HttpResponseBase
from PIL import Image as Picture
from PIL import UnidentifiedImageError

from annotation.exchange.orientation import upright
from annotation.models import Image
from annotation.models import Picture as Brought
from webapp.pages.files import shown
from webapp.pages.page import Request, image_of, page

SIDE = 320
KEPT = "private, max-age=604800, immutable"
_LAST_BYTES = b"\xff\xd9"
"""Of a JPEG; nowhere else in ours."""


@page("GET")
def thumbnail(request: Request, slug: str, pk: int) -> HttpResponseBase:
    image = image_of(request, slug, pk)
    path = path_of(image)
    data = _kept(path)
    if not data.endswith(_LAST_BYTES):
        try:
            data = shrink(image)
        except (OSError, UnidentifiedImageError, Picture.DecompressionBombError):
            return HttpResponse(status=404)
        _keep(path, data)
    response = HttpResponse(data, content_type="image/jpeg")
    response["Cache-Control"] = KEPT
    return response


@page("GET")
def original(request: Request, slug: str, pk: int) -> HttpResponseBase:
    """The original bytes, for those who decide on regions."""
    image = image_of(request, slug, pk)
    return shown(image.file, image.media_type)


def path_of(image: Image) -> str:
    return f"thumbnails/{image.sha256[:2]}/{image.sha256}-{SIDE}.jpg"


def shrink(image: Image | Brought) -> bytes:
    """A JPEG of at most SIDE pixels, turned as the EXIF orientation says."""
    with image.file.open("rb") as file, Picture.open(file) as opened:
        opened.draft("RGB", (2 * SIDE, 2 * SIDE))
        turned = upright(opened).convert("RGB")
        turned.thumbnail((SIDE, SIDE))
        out = BytesIO()
        turned.save(out, "JPEG", quality=82)
        return out.getvalue()


def _kept(path: str) -> bytes:
    """Half of one that is being written just now, or whose writing broke off; nothing where there is none."""
    try:
        with default_storage.open(path) as file:
            data: bytes = file.read()
            return data
    except FileNotFoundError:
        return b""


def _keep(path: str, data: bytes) -> None:
    """In place of the half that may be there. Two requests may make the same one; a second copy goes away again."""
    default_storage.delete(path)
    name = default_storage.save(path, ContentFile(data))
    if name != path:
        default_storage.delete(name)
