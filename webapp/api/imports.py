"""Uploading images into a study, and the verdict on each file."""

from pathlib import PurePath
from typing import Any, TypedDict, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.imports import request_import
from annotation.actions.jobs import cancel, resume
from annotation.enums import ImportVerdict, JobStatus
from annotation.errors import InvalidInput
from annotation.models import Import, ImportedFile
from webapp import access, doorbell
from webapp.api.filters import one_of
from webapp.api.jobs import JobShape, job_shape
from webapp.api.paging import paginate
from webapp.api.parsing import check_names, check_size
from webapp.api.schema import Page, describe
from webapp.api.uploads import store_images, store_scores
from webapp.api.views import Route

_FILE = {"type": "string", "format": "binary"}
_UPLOAD = {
    "multipart/form-data": {
        "type": "object",
        "required": ["files"],
        "properties": {
            "files": {"type": "array", "items": _FILE, "description": "One zip, or up to 100 images."},
            "scores": _FILE | {"description": "A CSV with the columns path and score, if others scored the images."},
        },
    }
}


class ImportShape(JobShape):
    name: str


class FileShape(TypedDict):
    id: int
    path: str
    verdict: ImportVerdict
    message: str
    image: int | None


class Imports(Route):
    parser_classes = [MultiPartParser]
    paged = True
    filters = {"status": one_of("status", JobStatus)}

    def check_size(self, request: Request) -> None:
        check_size(request, settings.UPLOAD_LIMIT)

    @describe("The study's imports, newest first", Page(ImportShape), errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.MANAGERS)
        jobs = Import.objects.filter(study=study, **self.chosen)
        return Response(paginate(request, jobs, import_shape, newest_first=True))

    @describe("Upload a zip or images", ImportShape, status=202, body=_UPLOAD, errors=(404, 413))
    def post(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.MANAGERS)
        files, scores = read_upload(request)
        table = store_scores(scores) if scores else ""
        job = request_import(study=study, source=store_images(files), scores=table, uploaded=True, by=self.person)
        doorbell.ring_imports()
        return Response(import_shape(job), status=202)


class ImportOne(Route):
    @describe("An import", ImportShape, errors=(404,))
    def get(self, request: Request, pk: int) -> Response:
        return Response(import_shape(access.import_for(self.person, pk)))


class ImportFiles(Route):
    paged = True
    filters = {"verdict": one_of("verdict", ImportVerdict)}

    @describe("The verdict on each file", Page(FileShape), errors=(404,))
    def get(self, request: Request, pk: int) -> Response:
        job = access.import_for(self.person, pk)
        return Response(paginate(request, ImportedFile.objects.filter(job=job, **self.chosen), file_shape))


class ImportCancellation(Route):
    @describe("Stop an import; what is in stays in", ImportShape, errors=(404, 409))
    def post(self, request: Request, pk: int) -> Response:
        job = access.import_for(self.person, pk)
        cancel(job=job, by=self.person)
        job.refresh_from_db()
        return Response(import_shape(job))


class ImportResumption(Route):
    @describe("Let a stopped or failed import go on where it was", ImportShape, errors=(404, 409))
    def post(self, request: Request, pk: int) -> Response:
        job = access.import_for(self.person, pk)
        resume(job=job, by=self.person)
        doorbell.ring_imports()
        job.refresh_from_db()
        return Response(import_shape(job))


def read_upload(request: Request) -> "tuple[list[UploadedFile[bytes]], UploadedFile[bytes] | None]":
    given = cast("MultiValueDict[str, Any]", request.FILES)
    check_names({**cast(dict[str, Any], request.data)}, {"files": None, "scores": None})
    if len(given.getlist("scores")) > 1:
        raise InvalidInput("Send at most one file as scores.", code="mixed_files")
    return given.getlist("files"), given.get("scores")


def import_shape(job: Import) -> ImportShape:
    return {**job_shape(job), "name": PurePath(job.source).name}


def file_shape(file: ImportedFile) -> FileShape:
    return {
        "id": file.pk,
        "path": file.path,
        "verdict": ImportVerdict(file.verdict),
        "message": file.message,
        "image": file.image_id,
    }
