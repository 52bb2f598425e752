"""Whether people's votes change while they work: alarms first, then everybody's slope."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from annotation.exchange.report.lines import Axis, IntervalLine, axis_of, line_of, widest
from annotation.models import Membership, Study
from annotation.queries.analyses import drifts_at, panel_at
from webapp.access import OVERSEERS
from webapp.pages.page import Request, member, page

if TYPE_CHECKING:
    from annotation.aggregation.again import Repeated
    from annotation.aggregation.alarms import Alarm
    from annotation.aggregation.analysis import Drift
    from annotation.aggregation.estimates import Estimate

VOTES = 50
"""The slope is shown over so many votes: a long sitting."""
HOURS, WEEK = 8.0, 7.0
WORDS = {
    "fatigue": gettext_noop("votes move within a sitting"),
    "time_of_day": gettext_noop("votes move with the time of day"),
    "days": gettext_noop("votes move from week to week"),
    "sittings": gettext_noop("sittings differ more than chance explains"),
    "repeats": gettext_noop("second looks move away from the first, from week to week"),
}


@dataclass(frozen=True, slots=True)
class Part:
    scale: str
    all: IntervalLine
    people: list[IntervalLine]
    axis: Axis
    sittings: int
    between: float | None
    courses: list[IntervalLine]
    alarms: list[str]


@dataclass(frozen=True, slots=True)
class Repeats:
    """Second looks on one scale: everybody's, then each person's who had some; `change` is over a week."""

    scale: str
    all: "Repeated"
    people: list[tuple[str, "Repeated"]]
    change: IntervalLine
    axis: Axis


@page("GET")
def drift(request: Request, slug: str) -> HttpResponse:
    membership = member(request, slug, OVERSEERS)
    study = membership.study
    names = _names(study)
    context = {
        "membership": membership,
        "study": study,
        "tab": "labels",
        "part": "drift",
        "parts": [
            _part(scale, found, names) for scale, found in drifts_at(study).items() if len(found.course.residual)
        ],
        "repeats": [
            _repeats(scale, found, names) for scale, found in drifts_at(study).items() if found.again.all.pairs
        ],
        "votes": VOTES,
    }
    return render(request, "pages/drift.html", context)


def _names(study: Study) -> list[str]:
    """In the panel's order; whoever left without a trace keeps the pseudonym."""
    known = dict(Membership.objects.filter(study=study).values_list("pseudonym", "user__username"))
    return [known.get(name, name) for name in panel_at(study).annotators]


def _part(scale: str, found: "Drift", names: list[str]) -> Part:
    over = [_over(estimate) for estimate in found.fatigue.each]
    reach = widest([end for one in over for end in (one.low, one.high)], 0.5)
    axis = axis_of(-reach, reach)
    people = [line_of(name, one, axis) for name, one in zip(names, over, strict=True) if one.value is not None]
    return Part(
        scale=scale,
        all=line_of(_("Everybody"), _over(found.fatigue.all), axis),
        people=sorted(people, key=lambda line: -abs(line.value or 0.0)),
        axis=axis,
        sittings=found.sittings.sittings,
        between=found.sittings.sd,
        courses=_courses(found, axis),
        alarms=[_words(alarm, names) for alarm in found.alarms],
    )


def _courses(found: "Drift", axis: Axis) -> list[IntervalLine]:
    """Everybody's votes over the hours of a day and over the days, no further than anybody worked."""
    hours, days = (float(along.max() - along.min()) for along in (found.course.hour, found.course.day))
    lines = []
    if hours >= 1:
        reach = min(hours, HOURS)
        lines.append(line_of(_("Over {hours:.0f} hours").format(hours=reach), _over(found.hours.all, reach), axis))
    if days >= 1:
        reach = min(days, WEEK)
        lines.append(line_of(_("Over {days:.0f} days").format(days=reach), _over(found.days.all, reach), axis))
    return lines


def _repeats(scale: str, found: "Drift", names: list[str]) -> Repeats:
    change = _over(found.again.slope.all, WEEK)
    axis = axis_of(-1.0, 1.0)
    people = [(name, one) for name, one in zip(names, found.again.each, strict=True) if one.pairs]
    return Repeats(
        scale=scale,
        all=found.again.all,
        people=sorted(people, key=lambda pair: -(pair[1].sd or 0.0)),
        change=line_of(_("Over a week"), change, axis),
        axis=axis,
    )


def _over(estimate: "Estimate", reach: float = VOTES) -> "Estimate":
    """The slope over so many votes, hours or days."""
    from annotation.aggregation.estimates import Estimate  # slow import

    ends = [None if end is None else end * reach for end in (estimate.value, estimate.low, estimate.high)]
    return Estimate(*ends)


def _words(alarm: "Alarm", names: list[str]) -> str:
    who = _("Everybody") if alarm.annotator is None else names[alarm.annotator]
    words = _("{who}: {what} ({amount} levels, more than {most}).")
    amount = f"{alarm.value:+.2f}".replace("-", "\u2212")
    return words.format(who=who, what=_(WORDS[alarm.what]), amount=amount, most=f"{alarm.threshold:g}")
