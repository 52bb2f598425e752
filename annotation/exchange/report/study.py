"""What a study's report says beyond its panel: protocol, checks, rules, labels, decisions, exposure, hashes."""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from annotation.aggregation.labels import RULES_VERSION, parse_rule
from annotation.exchange.card import rules_of
from annotation.exchange.records import Counts, Header, RegionFacts, RequestFacts
from annotation.exchange.report.figures import Bars, bars_of
from annotation.exchange.report.words import ASKED
from annotation.opinion import DISTORTIONS, SCALES, WORDS
from annotation.version import VERSION

if TYPE_CHECKING:
    from annotation.aggregation.panel import Panel

RESAMPLES, SPLITS = 1000, 100
WITHOUT = "without"


@dataclass(slots=True)
class Tally:
    """Counted region by region: labels by (scale, word) of settled regions, and whatever else there is to count."""

    words: "Counter[tuple[str, str]]"
    things: "Counter[str]"

    def add(self, region: RegionFacts) -> None:
        self.things[f"{region.level} regions"] += 1
        self.things["adjudicated"] += region.said_status == "adjudicated"
        self.things["gold"] += region.gold is not None
        for vote in region.votes:
            self.things["exposed votes"] += region.counts(vote) and vote.exposed
            self.things[f"purpose {vote.purpose}"] += 1
            self.things["late votes"] += vote.late
        if region.settled:
            for scale, label in region.labels.items():
                self.words[scale, label.word or WITHOUT] += 1


@dataclass(frozen=True, slots=True)
class Setting:
    """A line of the protocol in words."""

    name: str
    value: str


def study_report(header: Header, counts: Counts, tally: Tally, panel: "Panel") -> dict[str, Any]:
    """What the template `report/study.html` needs. The same snapshot gives the same page."""
    from annotation.aggregation.analysis import agreements  # slow import
    from annotation.exchange.report.panel import report_of_panel  # slow import

    checks = sum(person.checks for person in header.people)
    return {
        "header": header,
        "counts": counts,
        "things": dict(tally.things),
        "rule": parse_rule(header.rule),
        "rules_version": RULES_VERSION,
        "rules": rules_of(header.noise),
        "labels": [labels_of_scale(scale, tally) for scale in SCALES],
        "settings": settings_of(header),
        "checks": checks,
        "checks_passed": sum(person.checks_passed for person in header.people),
        "sittings": sum(person.sittings for person in header.people),
        "exams": sum(person.exams for person in header.people),
        "exams_passed": sum(person.exams_passed for person in header.people),
        "requests": [_asked(one) for one in header.requests],
        "exclusions": [(person, one) for person in header.people for one in person.exclusions],
        "exposed_share": tally.things["exposed votes"] / counts.live if counts.live else 0.0,
        "report": report_of_panel(panel, agreements(panel, RESAMPLES, SPLITS)),
        "version": VERSION,
    }


def labels_of_scale(scale: str, tally: Tally) -> Bars:
    """Settled labels by word; of a distortion the last is its absence."""
    words = [*WORDS[scale][:-1], WITHOUT] if scale in DISTORTIONS else list(WORDS[scale])
    return bars_of(scale.capitalize(), words, [tally.words[scale, word] for word in words], scale)


@dataclass(frozen=True, slots=True)
class Asked:
    """Extra seats by rule: `words` and `scale` are empty for all of them."""

    words: str
    scale: str
    facts: RequestFacts


def _asked(facts: RequestFacts) -> Asked:
    rule, _, scale = facts.rule.partition(" ")
    return Asked(ASKED.get(rule, rule), scale, facts)


_YES_NO = {True: "yes", False: "no"}
_PROTOCOL = {
    "viewing_check": ("Viewing check", "{}"),
    "check_minutes": ("Checked again after", "{} minutes"),
    "least_width": ("Smallest screen, width", "{} CSS pixels"),
    "least_height": ("Smallest screen, height", "{} CSS pixels"),
    "least_view_ms": ("A view before its scales unlock", "{} ms"),
    "sitting_minutes": ("Sitting", "{} minutes"),
    "break_minutes": ("Break", "{} minutes"),
    "sittings_per_day": ("Sittings a day, at most", "{}"),
    "warm_up": ("Warm-up regions, not counted", "{}"),
    "repeat_share": ("Hidden repeats, share", "{}"),
    "repeat_gap": ("Regions between first and second look, at least", "{}"),
    "gold_every": ("One hidden gold region among", "{}"),
    "exam_wanted": ("Exam before rating", "{}"),
    "training_regions": ("Training regions with feedback", "{}"),
    "exam_regions": ("Regions in the exam", "{}"),
    "exam_within": ("To pass: answers at most one level off", "{}"),
    "exam_balanced": ("To pass: balanced accuracy of with and without", "{}"),
    "qualified_days": ("The exam holds for", "{} days"),
    "adaptive": ("More votes where the label is in doubt", "{}"),
    "votes_cap": ("Votes on one region, at most", "{}"),
    "votes_budget": ("Extra votes in all, at most", "{}"),
}


def settings_of(header: Header) -> list[Setting]:
    """The protocol in words; nothing without one."""
    found = []
    for name, (words, form) in _PROTOCOL.items():
        value = (header.protocol or {}).get(name)
        if value is not None:
            found.append(Setting(words, form.format(_YES_NO[value] if isinstance(value, bool) else value)))
    return found
