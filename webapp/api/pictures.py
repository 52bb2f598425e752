"""Pictures brought to try the model on. They belong to whoever brought them and are gone after a day."""

from datetime import datetime
from typing import Any, TypedDict, cast

from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.pictures import KEPT, MOST_BYTES, bring_picture
from annotation.errors import InvalidInput
from annotation.models import Picture
from webapp import access, doorbell
from webapp.api.parsing import check_names, check_size
from webapp.api.schema import describe
from webapp.api.views import Route

_ENVELOPE = 64 * 1024
"""What multipart adds to a file."""
_UPLOAD = {
    "multipart/form-data": {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary"}},
    }
}


class PictureShape(TypedDict):
    """Width and height are after the EXIF orientation."""

    id: int
    name: str
    width: int
    height: int
    kept_until: datetime


class Pictures(Route):
    parser_classes = [MultiPartParser]

    def check_size(self, request: Request) -> None:
        check_size(request, MOST_BYTES + _ENVELOPE)

    @describe("Bring a picture to ask about", PictureShape, status=201, body=_UPLOAD, errors=(404, 413))
    def post(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.OVERSEERS)
        file = read_upload(request)
        picture = bring_picture(study=study, name=file.name or "", data=file.read(), by=self.person)
        if study.active_version_id is not None:
            doorbell.ring_ahead(picture, study.active_version_id)
        return Response(picture_shape(picture), status=201)


def read_upload(request: Request) -> "UploadedFile[bytes]":
    check_names({**cast(dict[str, Any], request.data)}, {"file": None})
    given = cast("MultiValueDict[str, Any]", request.FILES).getlist("file")
    if len(given) != 1:
        raise InvalidInput("Send one picture as multipart field file.", code="no_file")
    return cast("UploadedFile[bytes]", given[0])


def picture_shape(picture: Picture) -> PictureShape:
    return {
        "id": picture.pk,
        "name": picture.name,
        "width": picture.width,
        "height": picture.height,
        "kept_until": picture.created_at + KEPT,
    }
