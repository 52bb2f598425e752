"""Outside scores from a CSV file: looked at first, then brought in."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from annotation.actions.outside_scores import as_csv, bring_scores, plan_scores
from annotation.errors import InvalidInput
from annotation.models import Image, Membership
from webapp.access import MANAGERS
from webapp.pages.forms.scores import ScoresFileForm
from webapp.pages.page import Request, member, page

EXAMPLE = "path,score\nharbour/0001.jpg,62.5\n0002.jpg,48.1\n"
MOST_AT_ONCE = 2**20
"""Bytes of what is sent back once the manager is sure; as a field of a form it may not be much more."""
SHOWN = 100
PASTED = "scores.csv"


@page("GET", "POST")
def outside_scores(request: Request, slug: str) -> HttpResponseBase:
    """Looks at what a file would do, or, once the manager is sure, does it."""
    membership = member(request, slug, MANAGERS)
    if request.method != "POST":
        return _page(request, membership, form=ScoresFileForm())
    form = ScoresFileForm(request.POST, request.FILES)
    if form.is_valid():
        text, source = str(form.cleaned_data["text"]), str(form.cleaned_data["source"]) or PASTED
        try:
            if request.POST.get("sure"):
                return _brought(request, membership, text, source)
            return _looked_at(request, membership, text, source)
        except InvalidInput as error:
            form.add_error(None, error.message)
    return _page(request, membership, status=400, form=form)


def _looked_at(request: Request, membership: Membership, text: str, source: str) -> HttpResponse:
    plan = plan_scores(study=membership.study, text=text)
    news = as_csv(plan)
    if len(news.encode()) > MOST_AT_ONCE:
        raise InvalidInput("These are more new scores than fit in one go; split the file in two.")
    return _page(
        request,
        membership,
        form=ScoresFileForm(),
        plan=plan,
        news=news,
        source=source,
        changed=plan.changed[:SHOWN],
        more_changed=len(plan.changed) - SHOWN,
        unmatched=plan.unmatched[:SHOWN],
        more_unmatched=len(plan.unmatched) - SHOWN,
    )


def _brought(request: Request, membership: Membership, text: str, source: str) -> HttpResponseBase:
    plan = bring_scores(study=membership.study, text=text, source=source, by=request.user)
    messages.success(request, _("Outside scores brought in: {scores}.").format(scores=len(plan.news)))
    return redirect("outside-scores", membership.study.slug)


def _page(request: Request, membership: Membership, *, status: int = 200, **context: object) -> HttpResponse:
    images = Image.objects.filter(study=membership.study).aggregate(all=Count("pk"), scored=Count("outside_mos"))
    frame = {"membership": membership, "study": membership.study, "tab": "images", "images": images}
    return render(request, "pages/outside_scores.html", frame | {"example": EXAMPLE} | context, status=status)
