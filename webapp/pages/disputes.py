"""Adjudication: the votes' distribution without names, the picture, and a reviewer's decision."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from annotation.actions.adjudications import adjudicate, withdraw
from annotation.enums import LabelStatus
from annotation.exchange.report.words import ASKED
from annotation.models import Adjudication, Label, Region, SeatRequest
from annotation.opinion import SCALES, WORDS
from annotation.queries.disputes import decisions, disputed, next_disputed, said_of, words_of
from webapp.access import OVERSEERS
from webapp.charts import distribution_charts
from webapp.pages.numbers import whole
from webapp.pages.page import Request, act, member, page
from webapp.pages.previews import is_reduced

SHOWN = 60


@page("GET")
def disputes(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, OVERSEERS)
    study = membership.study
    waiting = disputed(study)
    context = {
        "membership": membership,
        "study": study,
        "tab": "labels",
        "part": "disputes",
        "waiting": waiting[:SHOWN],
        "count": waiting.count(),
        "decided": [(one, words_of(one)) for one in decisions(study)[:SHOWN]],
    }
    return render(request, "pages/disputes.html", context)


@page("GET")
def dispute(request: Request, slug: str, pk: int) -> HttpResponse:
    membership = member(request, slug, OVERSEERS)
    labels = Label.objects.select_related("region__image", "adjudication__made_by")
    label = get_object_or_404(labels, region=pk, study=membership.study)
    context = {
        "membership": membership,
        "study": membership.study,
        "tab": "labels",
        "part": "disputes" if label.status == LabelStatus.DISPUTED or label.adjudication else "finding",
        "label": label,
        "rows": _rows(label),
        "reduced": is_reduced(label.region),
        "requests": [(one, _reasons(one)) for one in SeatRequest.objects.filter(region=pk).order_by("pk")],
        "decided": words_of(label.adjudication) if label.adjudication else [],
        "left": disputed(membership.study).exclude(region=pk).count(),
    }
    return render(request, "pages/dispute.html", context)


def _reasons(request: SeatRequest) -> list[tuple[str, str]]:
    """Scale and words of each."""
    parted = [reason.partition(" ") for reason in request.reasons]
    return [(scale, _(ASKED[rule])) for rule, _space, scale in parted if rule in ASKED]


def _rows(label: Label) -> list[dict[str, object]]:
    """Each scale with its chart and the words that may be chosen."""
    charts = distribution_charts(label.histograms(), noun="vote")
    return [
        {"said": said, "chart": chart, "levels": list(enumerate(WORDS[said.scale]))}
        for said, chart in zip(said_of(label), charts, strict=True)
    ]


@page("GET")
def next_dispute(request: Request, slug: str) -> HttpResponseBase:
    """The dispute that follows that of the region in `after`."""
    label = next_disputed(member(request, slug, OVERSEERS).study, after=whole(request.GET.get("after", "")))
    return redirect("dispute", slug, label.region_id) if label else redirect("disputes", slug)


@page("POST")
def decide_dispute(request: Request, slug: str, pk: int) -> HttpResponseBase:
    """Scales left at "as the votes say" are not decided."""
    study = member(request, slug, OVERSEERS).study
    region = get_object_or_404(Region, pk=pk, study=study)
    given = {scale: whole(request.POST.get(scale, "")) for scale in SCALES}
    levels = {scale: level for scale, level in given.items() if level is not None}
    reason = request.POST.get("reason", "")
    return act(
        request,
        lambda: adjudicate(region=region, by=request.user, levels=levels, reason=reason),
        _("Decided. The label says that it rests on a decision."),
        "dispute",
        slug,
        pk,
    )


@page("POST")
def withdraw_decision(request: Request, slug: str, pk: int) -> HttpResponseBase:
    study = member(request, slug, OVERSEERS).study
    made = get_object_or_404(Adjudication, pk=pk, study=study)
    return act(
        request,
        lambda: withdraw(adjudication=made, by=request.user),
        _("Withdrawn; the votes decide again."),
        "dispute",
        slug,
        made.region_id,
    )
