"""An import's report: how far it is, and the verdict on each file."""

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from annotation.enums import ImportVerdict
from annotation.models import Import, ImportedFile, Membership, Study
from webapp.access import MANAGERS
from webapp.pages.page import Request, member, page

PER_PAGE = 100


def newest_imports(study: Study) -> QuerySet[Import]:
    """Each with how many of its files were `refused`."""
    refused = Count("files", filter=Q(files__verdict=ImportVerdict.REFUSED))
    return Import.objects.filter(study=study).annotate(refused=refused).order_by("-pk")


@page("GET")
def import_report(request: Request, slug: str, pk: int) -> HttpResponse:
    """The whole page, or for htmx the part that changes."""
    membership = member(request, slug, MANAGERS)
    job = get_object_or_404(Import, pk=pk, study=membership.study)
    template = "fragments/import_report.html" if request.headers.get("HX-Request") else "pages/import.html"
    return render(request, template, report(request, membership, job))


def report(request: Request, membership: Membership, job: Import) -> dict[str, object]:
    verdict = request.GET.get("verdict", "")
    files = ImportedFile.objects.filter(job=job).order_by("pk")
    counts = {row["verdict"]: row["n"] for row in files.values("verdict").order_by("verdict").annotate(n=Count("pk"))}
    chosen = files.filter(verdict=verdict) if verdict in ImportVerdict.values else files
    return {
        "membership": membership,
        "study": membership.study,
        "tab": "images",
        "job": job,
        "verdict": verdict,
        "verdicts": [(value, label, counts.get(value, 0)) for value, label in ImportVerdict.choices],
        "all": sum(counts.values()),
        "page": Paginator(chosen.select_related("image"), PER_PAGE).get_page(request.GET.get("page")),
    }
