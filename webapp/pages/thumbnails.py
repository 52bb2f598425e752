"""Small pictures for overviews, made once and kept in the store. Never used where people judge."""

from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse, HttpResponseBase
from PIL import Image as Picture
from PIL import ImageOps, UnidentifiedImageError

from annotation.models import Image
from annotation.models import Picture as Brought
from webapp.pages.files import shown
from webapp.pages.page import Request, image_of, page

SIDE = 320
KEPT = "private, max-age=604800, immutable"


@page("GET")
def thumbnail(request: Request, slug: str, pk: int) -> HttpResponseBase:
    image = image_of(request, slug, pk)
    path = path_of(image)
    if not default_storage.exists(path):
        try:
            data = shrink(image)
        except (OSError, UnidentifiedImageError, Picture.DecompressionBombError):
            return HttpResponse(status=404)
        _keep(path, data)
    response = FileResponse(default_storage.open(path), content_type="image/jpeg")
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
        turned = ImageOps.exif_transpose(opened).convert("RGB")
        turned.thumbnail((SIDE, SIDE))
        out = BytesIO()
        turned.save(out, "JPEG", quality=82)
        return out.getvalue()


def _keep(path: str, data: bytes) -> None:
    """Two requests may make the same one; the second copy goes away again."""
    name = default_storage.save(path, ContentFile(data))
    if name != path:
        default_storage.delete(name)
