"""Exports: asked for here, made by a worker, fetched by a link."""

from django.conf import settings
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from annotation.actions.export_files import repeat_export
from annotation.actions.exports import ENGLISH, request_export
from annotation.actions.jobs import cancel
from annotation.enums import ExportFormat, JobStatus
from annotation.models import Export, Membership
from webapp.access import OVERSEERS
from webapp.doorbell import ring_exports
from webapp.pages.files import kept
from webapp.pages.page import Request, act, member, page

KEPT_IN_LIST = 30
EXPLAINED = [
    (
        ExportFormat.SEAGULL,
        gettext_noop("One JSON record per region, and the instruction–response file a SEAGULL model is trained on."),
    ),
    (
        ExportFormat.CSV,
        gettext_noop("Tables for spreadsheets and R: regions with labels, and raw votes with pseudonyms."),
    ),
    (ExportFormat.PARQUET, gettext_noop("The same tables, typed and compressed, for pandas, Polars and DuckDB.")),
    (ExportFormat.COCO, gettext_noop("Masks as COCO annotations with the labels as attributes, for pycocotools.")),
    (ExportFormat.HF, gettext_noop("A folder that datasets.load_dataset opens, with a card.")),
    (
        ExportFormat.REPORT,
        gettext_noop(
            "Methods and results as one page for printing, with recovered scores, soft labels and annotators as tables."
        ),
    ),
]


@page("GET")
def downloads(request: Request, slug: str) -> HttpResponse:
    """The whole page, or for htmx the list alone."""
    membership = member(request, slug, OVERSEERS)
    template = "fragments/exports.html" if request.headers.get("HX-Request") else "pages/downloads.html"
    context = {"formats": EXPLAINED, "languages": settings.LANGUAGES, "tab": "downloads"}
    return render(request, template, listing(membership) | context)


def listing(membership: Membership) -> dict[str, object]:
    rows = Export.objects.filter(study=membership.study).select_related("snapshot", "requested_by").order_by("-pk")
    exports = list(rows.annotate(expired=Q(status=JobStatus.DONE, file=""))[:KEPT_IN_LIST])
    busy = any(not export.ended for export in exports)
    return {"membership": membership, "study": membership.study, "exports": exports, "busy": busy}


@page("POST")
def request_download(request: Request, slug: str) -> HttpResponseBase:
    study = member(request, slug, OVERSEERS).study
    wanted = request.POST.get("format", "")
    options = {name: request.POST.get(name) == "on" for name in ("include_images", "without_exposed", "with_excluded")}

    of_report = request.POST.get("language") or get_language() or ENGLISH
    language = of_report if wanted == ExportFormat.REPORT else ENGLISH

    def ask() -> None:
        request_export(study=study, by=request.user, format=wanted, language=language, **options)
        ring_exports()

    return act(request, ask, _("The export is on its way."), "downloads", slug)


@page("POST")
def repeat_download(request: Request, slug: str, pk: int) -> HttpResponseBase:
    export = get_object_or_404(Export, pk=pk, study=member(request, slug, OVERSEERS).study)

    def repeat() -> None:
        repeat_export(job=export, by=request.user)
        ring_exports()

    return act(request, repeat, _("The export is made again from its snapshot."), "downloads", slug)


@page("POST")
def stop_download(request: Request, slug: str, pk: int) -> HttpResponseBase:
    export = get_object_or_404(Export, pk=pk, study=member(request, slug, OVERSEERS).study)
    return act(request, lambda: cancel(job=export, by=request.user), _("The export is stopped."), "downloads", slug)


@page("GET")
def fetch_download(request: Request, slug: str, pk: int) -> HttpResponseBase:
    membership = member(request, slug, OVERSEERS)
    export = get_object_or_404(Export, pk=pk, study=membership.study, status=JobStatus.DONE)
    return kept(export.file, name_of(export))


def name_of(export: Export) -> str:
    """Study, format and the snapshot it shows, with the kept file's own ending."""
    ending = "".join(part for part in (export.file.name or "").rsplit("/", 1)[-1].partition(".")[1:])
    snapshot = f"-{export.snapshot.sha256[:12]}" if export.snapshot else ""
    kind = "-without-exposed" if export.without_exposed else ""
    kind += "-with-excluded" if export.with_excluded else ""
    kind += f"-{export.language}" if export.language else ""
    return f"{export.study.slug}-{export.format}{kind}{snapshot}{ending}"
