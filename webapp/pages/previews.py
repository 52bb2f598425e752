"""One region, pixel for pixel, as a lossless picture with its outline: for those who decide about labels, never for raters."""

from io import BytesIO
from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404

from annotation.exchange.orientation import upright
from annotation.masks import decode_mask
from annotation.models import Region
from webapp.access import OVERSEERS
from webapp.pages.page import Request, member, page

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image as Picture

AROUND = 48
"""Pixels of the picture on each side of the region."""
WIDEST = 900
"""A larger region is shown smaller; the page says so."""


@page("GET")
def preview(request: Request, slug: str, pk: int) -> HttpResponseBase:
    study = member(request, slug, OVERSEERS).study
    region = get_object_or_404(Region.objects.select_related("image"), pk=pk, study=study)
    try:
        picture = _cut(region)
    except OSError:  # the file is gone, or no picture any more
        return HttpResponse(status=404)
    response = HttpResponse(picture, content_type="image/png")
    response["Cache-Control"] = "private, max-age=3600"
    return response


def is_reduced(region: Region) -> bool:
    return max(region.width, region.height) + 2 * AROUND > WIDEST


def _cut(region: Region) -> bytes:
    from PIL import Image as Picture  # slow import

    image = region.image
    left, top = max(0, region.x - AROUND), max(0, region.y - AROUND)
    right = min(image.width, region.x + region.width + AROUND)
    bottom = min(image.height, region.y + region.height + AROUND)
    with image.file.open("rb") as file, Picture.open(file) as opened:
        cut = upright(opened).convert("RGB").crop((left, top, right, bottom))
    mask = decode_mask(region.rle, image.width, image.height)[top:bottom, left:right]
    outlined = _outlined(cut, mask)
    outlined.thumbnail((WIDEST, WIDEST))
    out = BytesIO()
    outlined.save(out, "PNG")
    return out.getvalue()


def _outlined(cut: "Picture.Image", mask: "NDArray[np.bool_]") -> "Picture.Image":
    """A white line outside the mask with a black one around it; the region's own pixels stay as they are."""
    import numpy as np
    from PIL import Image as Picture
    from scipy.ndimage import binary_dilation  # slow import

    pixels = np.array(cut)
    near = binary_dilation(mask, iterations=2)
    pixels[binary_dilation(near, iterations=1) & ~near] = 0
    pixels[near & ~binary_dilation(mask, iterations=1)] = 255
    return Picture.fromarray(pixels)
