"""The planner: what so many votes will buy, before they are spent, and what the rules will still ask for."""

from typing import TYPE_CHECKING

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from annotation.exchange.report.planner_page import planner_page
from annotation.models import Study
from annotation.opinion import DISTORTIONS
from annotation.queries.planning import ahead_of, pilot_of
from annotation.scales import SCALES
from webapp.access import OVERSEERS
from webapp.pages.page import Request, member, page
from webapp.spoken import spoken

if TYPE_CHECKING:
    from annotation.aggregation.planning import Expected

OWN, GUESS = "own", "guess"


def _scales() -> list[tuple[str, str]]:
    return [(scale, spoken(scale, "scale").capitalize()) for scale in SCALES]


class PlanForm(forms.Form):
    scale = forms.ChoiceField(choices=_scales, initial="quality", label=_("Scale"))
    source = forms.ChoiceField(
        choices=[(OWN, _("The votes this study has")), (GUESS, _("What I expect"))], initial=OWN, label=_("Based on")
    )
    mean = forms.FloatField(min_value=0.1, max_value=3.9, initial=2.1, label=_("Mean score, 0 to 4"))
    sd = forms.FloatField(min_value=0.05, max_value=2, initial=0.55, label=_("Spread between regions"))
    sos = forms.FloatField(min_value=0.01, max_value=0.6, initial=0.09, label=_("Noise of the panel (SOS a)"))


@page("GET")
def planner(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, OVERSEERS)
    study = membership.study
    form = PlanForm(
        request.GET or None,
        label_suffix="",
        initial={field: each.initial for field, each in PlanForm.base_fields.items()},
    )
    chosen = _chosen(form)
    expected, pilot = _expected(study, chosen) if chosen else (None, False)
    is_distortion = chosen is not None and chosen["scale"] in DISTORTIONS
    context = {
        "membership": membership,
        "study": study,
        "tab": "labels",
        "part": "planner",
        "form": form,
        "ahead": ahead_of(study),
        **planner_page(expected, pilot=pilot, is_distortion=is_distortion, wanted=study.votes_wanted),
    }
    return render(request, "pages/planner.html", context)


def _chosen(form: PlanForm) -> dict[str, object] | None:
    """What was asked, or the usual; None when it makes no sense."""
    if not form.is_bound:
        return {name: field.initial for name, field in form.fields.items()}
    return form.cleaned_data if form.is_valid() else None


def _expected(study: Study, chosen: dict[str, object]) -> "tuple[Expected, bool]":
    """And whether it comes from the study's own votes."""
    from annotation.aggregation.planning import expected_scores  # slow import

    own = pilot_of(study, str(chosen["scale"])) if chosen["source"] == OWN else None
    if own is not None:
        return own, True
    mean, sd, sos = (float(str(chosen[name])) for name in ("mean", "sd", "sos"))
    without = (0.6, 0.85) if chosen["scale"] in DISTORTIONS else None
    return expected_scores(mean, sd, sos, without), False
