"""The planner: what so many votes will buy, before they are spent, and what the rules will still ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotation.models import Study
from annotation.opinion import DISTORTIONS
from annotation.queries.planning import ahead_of, curve_of, pilot_of
from annotation.scales import SCALES
from webapp.access import OVERSEERS
from webapp.pages.page import Request, member, page
from webapp.spoken import spoken

if TYPE_CHECKING:
    from annotation.aggregation.planning import Bought, Expected

VOTES = range(3, 26, 2)
WIDTH, HEIGHT = 420, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 12, 12, 26
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


@dataclass(frozen=True, slots=True)
class Curve:
    """`points` for a polyline, `grid` as (y, word), `ticks` as (x, votes)."""

    name: str
    points: str
    dots: tuple[tuple[float, float, str], ...]
    grid: tuple[tuple[float, str], ...]
    ticks: tuple[tuple[float, int], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    bottom: int = HEIGHT - _BOTTOM


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
    bought = curve_of(expected, VOTES) if expected else []
    context = {
        "membership": membership,
        "study": study,
        "tab": "labels",
        "part": "planner",
        "form": form,
        "pilot": pilot,
        "expected": expected,
        "bought": bought,
        "curves": _curves(bought),
        "is_distortion": chosen is not None and chosen["scale"] in DISTORTIONS,
        "ahead": ahead_of(study),
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


def _curves(bought: "Sequence[Bought]") -> list[Curve]:
    if not bought:
        return []
    widths = _curve(
        gettext("Half the interval’s width, in levels"), [(one.votes, one.half_width) for one in bought], ""
    )
    classes = _curve(
        gettext("Labels in the wrong class"), [(one.votes, 100 * one.wrong_class) for one in bought], "\u202f%"
    )
    sides = [(one.votes, 100 * one.wrong_with) for one in bought if one.wrong_with is not None]
    return [widths, classes, *([_curve(gettext("With or without wrong"), sides, "\u202f%")] if sides else [])]


def _curve(name: str, values: Sequence[tuple[int, float]], unit: str) -> Curve:
    most = max(value for _, value in values) or 1.0
    first, last = values[0][0], values[-1][0]
    words = gettext("{votes} votes: {value}")
    dots = tuple(
        (
            round(_LEFT + (WIDTH - _LEFT - _RIGHT) * (votes - first) / (last - first), 1),
            round(_TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - value / most), 1),
            words.format(votes=votes, value=f"{value:.2g}{unit}"),
        )
        for votes, value in values
    )
    grid = tuple(
        (round(_TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - share), 1), f"{share * most:.2g}{unit}")
        for share in (0.0, 0.5, 1.0)
    )
    ticks = tuple((dot[0], votes) for dot, (votes, _) in zip(dots, values, strict=True))
    return Curve(name, " ".join(f"{x},{y}" for x, y, _ in dots), dots, grid, ticks)
