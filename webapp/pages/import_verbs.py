"""Stopping an import and letting it go on."""

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404

from annotation.enums import JobStatus
from annotation.errors import Conflict
from annotation.models import Import
from webapp.access import MANAGERS
from webapp.doorbell import ring_imports
from webapp.pages.page import Request, act, member, page


@page("POST")
def cancel_import(request: Request, slug: str, pk: int) -> HttpResponseBase:
    job = get_object_or_404(Import, pk=pk, study=member(request, slug, MANAGERS).study)
    return act(request, lambda: cancel(job), "The import is stopped. What came in stays.", "import", slug, pk)


@page("POST")
def resume_import(request: Request, slug: str, pk: int) -> HttpResponseBase:
    job = get_object_or_404(Import, pk=pk, study=member(request, slug, MANAGERS).study)
    return act(request, lambda: resume(job), "The import goes on where it was.", "import", slug, pk)


def cancel(job: Import) -> None:
    waiting = Import.objects.filter(pk=job.pk, status__in=[JobStatus.QUEUED, JobStatus.RUNNING])
    if not waiting.update(status=JobStatus.CANCELLED):
        raise Conflict("This import has ended already.")


def resume(job: Import) -> None:
    stopped = Import.objects.filter(pk=job.pk, status__in=[JobStatus.CANCELLED, JobStatus.FAILED])
    if not stopped.update(status=JobStatus.QUEUED, error="", finished_at=None):
        raise Conflict("Only a stopped or failed import can go on.")
    ring_imports()
