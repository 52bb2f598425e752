"""Labels on their way out: asked for, made by a worker, downloaded."""

from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.utils.translation import get_language
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.export_files import has_expired, repeat_export
from annotation.actions.exports import ENGLISH, request_export
from annotation.actions.jobs import cancel
from annotation.enums import ExportFormat, JobStatus
from annotation.errors import Conflict
from annotation.models import Export
from webapp import access, doorbell
from webapp.api.files import download
from webapp.api.filters import one_of
from webapp.api.jobs import JobShape, job_shape
from webapp.api.paging import paginate
from webapp.api.parsing import parse
from webapp.api.schema import Bytes, Page, describe
from webapp.api.views import FileRoute, Route


class NewExport(serializers.Serializer[Export]):
    format = serializers.ChoiceField(ExportFormat.choices)
    include_images = serializers.BooleanField(default=False)
    without_exposed = serializers.BooleanField(default=False)
    with_excluded = serializers.BooleanField(default=False)
    language = serializers.ChoiceField(settings.LANGUAGES, required=False)


class ExportShape(JobShape):
    """`file` is where to download it, once the status is done and until it has expired.

    `without_exposed`: its labels are made of the votes that saw no model's answer first; `with_excluded`: as if nobody had
    been excluded. `language` is that of a report, English unless the request's Accept-Language or its body said otherwise.
    """

    format: ExportFormat
    include_images: bool
    without_exposed: bool
    with_excluded: bool
    language: str
    snapshot: int | None
    byte_size: int
    expired: bool
    file: str | None


class Exports(Route):
    paged = True
    filters = {"status": one_of("status", JobStatus), "format": one_of("format", ExportFormat)}

    @describe("The study's exports, newest first", Page(ExportShape), errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.OVERSEERS)
        exports = Export.objects.filter(study=study, **self.chosen)
        return Response(paginate(request, exports, export_shape, newest_first=True))

    @describe("Ask for an export", ExportShape, status=202, body=NewExport, errors=(404, 409))
    def post(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.OVERSEERS)
        export = request_export(study=study, by=self.person, **with_language(parse(NewExport, request)))
        doorbell.ring_exports()
        return Response(export_shape(export), status=202)


def with_language(wanted: dict[str, Any]) -> dict[str, Any]:
    """A report is in the language of whoever asks, if they do not say another one."""
    of_asker = get_language() if wanted["format"] == ExportFormat.REPORT else None
    return {"language": of_asker or ENGLISH, **wanted}


class ExportOne(Route):
    @describe("An export", ExportShape, errors=(404,))
    def get(self, request: Request, pk: int) -> Response:
        return Response(export_shape(access.export_for(self.person, pk)))


class ExportFile(FileRoute):
    @describe("Download an export", Bytes("application/octet-stream"), errors=(404, 409))
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        export = access.export_for(self.person, pk)
        if export.status != JobStatus.DONE:
            raise Conflict(f"The export is {export.status}; ask again when it is done.", code="not_done")
        if has_expired(export):
            raise Conflict("The file has expired; ask for the export to be made again.", code="expired")
        ending = "".join(PurePath(export.file.name or "").suffixes[-2:])
        kind = f"{export.format}-{export.language}" if export.language else export.format
        name = f"{export.study.slug}-{kind}-{export.pk}{ending}"
        return download(export.file, name, "application/octet-stream")


class ExportRepetition(Route):
    @describe("Make an export again whose file has expired", ExportShape, status=202, errors=(404, 409))
    def post(self, request: Request, pk: int) -> Response:
        export = access.export_for(self.person, pk)
        repeat_export(job=export, by=self.person)
        doorbell.ring_exports()
        export.refresh_from_db()
        return Response(export_shape(export), status=202)


class ExportCancellation(Route):
    @describe("Stop an export", ExportShape, errors=(404, 409))
    def post(self, request: Request, pk: int) -> Response:
        export = access.export_for(self.person, pk)
        cancel(job=export, by=self.person)
        export.refresh_from_db()
        return Response(export_shape(export))


def export_shape(export: Export) -> ExportShape:
    there = export.status == JobStatus.DONE and not has_expired(export)
    return {
        **job_shape(export),
        "format": ExportFormat(export.format),
        "include_images": export.include_images,
        "without_exposed": export.without_exposed,
        "with_excluded": export.with_excluded,
        "language": export.language or ENGLISH,
        "snapshot": export.snapshot_id,
        "byte_size": export.byte_size,
        "expired": has_expired(export),
        "file": f"/api/v1/exports/{export.pk}/file" if there else None,
    }
