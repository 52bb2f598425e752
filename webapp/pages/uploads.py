"""Images from the browser: one file, usually a zip that the page packs from what was dropped, becomes an import."""

from uuid import uuid4

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseBase, JsonResponse
from django.urls import reverse

from annotation.actions.imports import request_import
from annotation.errors import InvalidInput
from webapp.access import MANAGERS
from webapp.doorbell import ring_imports
from webapp.pages.page import Request, member, page


@page("POST")
def upload(request: Request, slug: str) -> HttpResponseBase:
    study = member(request, slug, MANAGERS).study
    file = request.FILES.get("file")
    if file is None or not file.size:
        raise InvalidInput("Choose at least one image or a zip; the upload was empty.")
    most = settings.UPLOAD_LIMIT
    if file.size > most:
        raise InvalidInput(f"The file has more than {most // 2**20} MiB.", code="too_large")
    job = request_import(study=study, source=keep(file), by=request.user, uploaded=True)
    ring_imports()
    return JsonResponse({"id": job.pk, "url": reverse("import", args=[slug, job.pk])}, status=201)


def keep(file: "UploadedFile[bytes]") -> str:
    """The name in the store is ours; what the client called it is only looked at for its kind."""
    if not (file.name or "").lower().endswith(".zip"):
        raise InvalidInput("The upload must be a zip; the page packs images into one by itself.")
    return default_storage.save(f"uploads/{uuid4().hex}.zip", file)
