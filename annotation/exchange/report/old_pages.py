"""The pages about an old experiment's annotators as files: the platform's own, without the platform."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from annotation.exchange.report.agreement_page import agreement_page
from annotation.exchange.report.annotators_page import Listed, annotators_page, person_page
from annotation.exchange.report.document import PAGE, write_document
from annotation.exchange.report.drift_page import drift_page
from annotation.exchange.report.old_disputes import disputes_page
from annotation.exchange.report.planner_page import planner_page
from annotation.exchange.votes_csv import OldVotes

if TYPE_CHECKING:
    from annotation.aggregation.panel import Panel
    from annotation.aggregation.planning import Expected
    from annotation.aggregation.recovery import Recovered
    from annotation.exchange.report.panel import PanelReport

AGREEMENT, ANNOTATORS, DISPUTES = "agreement.html", "annotators.html", "disputes.html"
PLANNER, DRIFT = "planner.html", "drift.html"
PAGES = (AGREEMENT, ANNOTATORS, DISPUTES, PLANNER, DRIFT)
LEVELS = 5
"""Votes are planned for scales of five levels, as the platform has them."""


def write_pages(
    out: Path, name: str, old: OldVotes, report: "PanelReport", reasons: Mapping[str, str], language: str
) -> list[str]:
    """Names of the files. `reasons` are those of the exclusions, by subject."""
    from annotation.aggregation.analysis import drifts  # slow import

    panel = old.panel
    found = {row.scale: row.found for row in report.agreement}
    recovered = {part.scale: part.recovered for part in report.parts}
    people, pilot = _people(panel, recovered), pilot_of(panel)
    pages: list[tuple[str, str, dict[str, object]]] = [
        (AGREEMENT, "agreement", agreement_page(found, report.batches, panel.annotators)),
        (ANNOTATORS, "annotators", annotators_page(people) | {"reasons": reasons}),
        (DISPUTES, "disputes", disputes_page(old)),
        *([(PLANNER, "planner", planner_page(pilot, pilot=True, is_distortion=False))] if pilot else []),
        (DRIFT, "drift", drift_page(drifts(panel, recovered), panel.annotators)),
        *((one.link, "person", person_page(one, people) | {"reason": reasons.get(one.name)}) for one in people),
    ]
    for file, template, context in pages:
        part = "annotators" if template == "person" else template
        whole = {"name": name, "part": part, "planned": pilot is not None, **context}
        write_document(out / file, f"report/old/{template}.html", whole, language, PAGE)
    return [file for file, _template, _context in pages]


def pilot_of(panel: "Panel") -> "Expected | None":
    """The experiment as a pilot of the next one; None for scales of other levels and where there are too few votes."""
    from annotation.aggregation.planning import expected_from_pilot  # slow import
    from annotation.exchange.report.old_tables import histograms_of  # slow import

    counts = histograms_of(panel.ballots(panel.scales[0]), panel.tops[panel.scales[0]])
    if counts is None or counts.shape[1] != LEVELS:
        return None
    try:
        return expected_from_pilot(counts)
    except ValueError:
        return None


def _people(panel: "Panel", recovered: "Mapping[str, Recovered]") -> list[Listed]:
    """Those with votes; most flags first, then by name."""
    from annotation.aggregation.analysis import screenings  # slow import
    from annotation.aggregation.seen import seen_of  # slow import

    signals = screenings(panel)
    [scale] = signals
    found = [
        Listed(name, "", f"annotator-{place + 1}.html", one.votes, seen_of(place, signals, recovered), bool(out))
        for place, (name, one, out) in enumerate(zip(panel.annotators, signals[scale], panel.excluded, strict=True))
        if one.votes
    ]
    return sorted(found, key=lambda one: (-len(one.flags), one.name))
