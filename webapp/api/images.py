"""Images as overseers see them, with their names."""

from datetime import datetime
from typing import TypedDict

from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.enums import Split
from annotation.models import Image
from webapp import access
from webapp.api.files import picture
from webapp.api.filters import one_of, text_in
from webapp.api.paging import paginate
from webapp.api.schema import Bytes, Page, describe
from webapp.api.views import FileRoute, Route


class ImageShape(TypedDict):
    id: int
    name: str
    sha256: str
    media_type: str
    byte_size: int
    width: int
    height: int
    orientation: int
    outside_mos: float | None
    split: Split
    created_at: datetime
    proposed_at: datetime | None
    proposal_error: str


class Images(Route):
    paged = True
    filters = {"split": one_of("split", Split), "name": text_in("name__icontains")}

    @describe("The study's images", Page(ImageShape), errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.OVERSEERS)
        return Response(paginate(request, Image.objects.filter(study=study, **self.chosen), image_shape))


class ImageOne(Route):
    @describe("An image", ImageShape, errors=(404,))
    def get(self, request: Request, pk: int) -> Response:
        return Response(image_shape(access.image_for(self.person, pk)))


class ImageFile(FileRoute):
    @describe("The image's original bytes", Bytes("image/*"), errors=(404,))
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        return picture(request, access.image_for(self.person, pk))


def image_shape(image: Image) -> ImageShape:
    return {
        "id": image.pk,
        "name": image.name,
        "sha256": image.sha256,
        "media_type": image.media_type,
        "byte_size": image.byte_size,
        "width": image.width,
        "height": image.height,
        "orientation": image.orientation,
        "outside_mos": image.outside_mos,
        "split": Split(image.split),
        "created_at": image.created_at,
        "proposed_at": image.proposed_at,
        "proposal_error": image.proposal_error,
    }
