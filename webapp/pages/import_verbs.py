"""Stopping an import and letting it go on."""

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from annotation.actions.jobs import cancel, resume
from annotation.models import Import
from webapp.access import MANAGERS
from webapp.doorbell import ring_imports
from webapp.pages.page import Request, act, member, page


@page("POST")
def cancel_import(request: Request, slug: str, pk: int) -> HttpResponseBase:
    job = _job(request, slug, pk)
    done = _("The import is stopped. What came in stays.")
    return act(request, lambda: cancel(job=job, by=request.user), done, "import", slug, pk)


@page("POST")
def resume_import(request: Request, slug: str, pk: int) -> HttpResponseBase:
    job = _job(request, slug, pk)
    done = _("The import goes on where it was.")
    answer = act(request, lambda: resume(job=job, by=request.user), done, "import", slug, pk)
    ring_imports()
    return answer


def _job(request: Request, slug: str, pk: int) -> Import:
    return get_object_or_404(Import, pk=pk, study=member(request, slug, MANAGERS).study)
