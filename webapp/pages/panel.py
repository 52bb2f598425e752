"""The annotators: what speaks against their votes, and a person's decision about them."""

from collections.abc import Sequence

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from annotation.actions.exclusions import exclude, lift
from annotation.exchange.report.lines import axis_of, line_of, widest
from annotation.exchange.report.scatter import Person, Scatter, scatter_of
from annotation.exchange.report.words import WORDS
from annotation.models import Exclusion, Membership
from annotation.queries.annotators import JUDGED, Annotator, Seen, annotators_of, exclusions_of
from annotation.queries.second_opinions import habits_of
from webapp.access import MANAGERS, OVERSEERS
from webapp.pages.page import Request, act, member, page


@page("GET")
def panel(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, OVERSEERS)
    people = annotators_of(membership.study)
    context = {
        "membership": membership,
        "study": membership.study,
        "tab": "labels",
        "part": "panel",
        "people": [(one, [WORDS[flag][0] for flag in one.flags]) for one in people],
        "scatters": [(scale, _scatter(scale, people)) for scale in JUDGED if people],
        "exclusions": exclusions_of(membership.study),
    }
    return render(request, "pages/panel.html", context)


@page("GET")
def panel_person(request: Request, slug: str, pk: int) -> HttpResponse:
    membership = member(request, slug, OVERSEERS)
    study = membership.study
    other = get_object_or_404(Membership.objects.select_related("user"), pk=pk, study=study)
    people = annotators_of(study)
    found = next((one for one in people if one.membership.pk == other.pk), None)
    context = {
        "membership": membership,
        "study": study,
        "tab": "labels",
        "part": "panel",
        "other": other,
        "person": found,
        "scales": [_details(seen, people) for seen in found.seen] if found else [],
        "habits": habits_of(study, other.pseudonym) if found else [],
        "exclusion": Exclusion.objects.filter(study=study, annotator=other.user, lifted_at=None).first(),
        "past": [one for one in exclusions_of(study) if one.annotator_id == other.user_id],
    }
    return render(request, "pages/panel_person.html", context)


@page("POST")
def exclude_person(request: Request, slug: str, pk: int) -> HttpResponseBase:
    study = member(request, slug, MANAGERS).study
    other = get_object_or_404(Membership.objects.select_related("user"), pk=pk, study=study)
    reason = request.POST.get("reason", "")
    return act(
        request,
        lambda: exclude(study=study, annotator=other.user, by=request.user, reason=reason),
        _("{user} is excluded; every label has followed.").format(user=other.user),
        "panel-person",
        slug,
        pk,
    )


@page("POST")
def lift_exclusion(request: Request, slug: str, pk: int) -> HttpResponseBase:
    """`pk` is the member's."""
    study = member(request, slug, MANAGERS).study
    other = get_object_or_404(Membership.objects.select_related("user"), pk=pk, study=study)
    standing = get_object_or_404(Exclusion, study=study, annotator=other.user, lifted_at=None)
    reason = request.POST.get("reason", "")
    return act(
        request,
        lambda: lift(exclusion=standing, by=request.user, reason=reason),
        _("The votes of {user} count again.").format(user=other.user),
        "panel-person",
        slug,
        pk,
    )


def _scatter(scale: str, people: Sequence[Annotator]) -> Scatter:
    dots = []
    for one in people:
        for seen in one.seen:
            if seen.scale == scale:
                kind = "excluded" if one.exclusion else "flagged" if one.flags else ""
                name = one.membership.user.username
                dots.append(Person(name, one.membership.pk, seen.bias, seen.inconsistency, kind))
    return scatter_of(dots)


def _details(seen: Seen, people: Sequence[Annotator]) -> dict[str, object]:
    """One scale of one person: bias and inconsistency among the others', and each signal with its words."""
    from annotation.aggregation.estimates import Estimate  # slow import

    same = [other for one in people for other in one.seen if other.scale == seen.scale]
    reach = widest([other.bias for other in same], 0.5)
    most = widest([other.inconsistency for other in same], 1.0)
    wide, up = axis_of(-reach, reach), axis_of(0.0, most)
    return {
        "scale": seen.scale,
        "bias": line_of("Bias", Estimate(seen.bias, seen.bias_low, seen.bias_high), wide),
        "bias_axis": wide,
        "inconsistency": line_of(
            "Inconsistency", Estimate(seen.inconsistency, seen.inconsistency_low, seen.inconsistency_high), up
        ),
        "inconsistency_axis": up,
        "signals": [(*WORDS[signal.name], signal) for signal in seen.signals.told],
    }
