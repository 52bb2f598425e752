"""An old experiment's raw votes, analysed like a study's: the same pages as files, a report, tables as CSV."""

import hashlib
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from annotation.errors import DomainError
from annotation.exchange.votes_csv import SCALE, OldVotes, read_votes
from annotation.management.folders import refuse_full

if TYPE_CHECKING:
    from annotation.exchange.report.panel import PanelReport

RESAMPLES, SPLITS = 1000, 100


class Command(BaseCommand):
    help = "Analyses raw votes of an old experiment: a CSV with the columns stimulus, subject, score."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--out", type=Path, help="the folder to write to; FILE-analysis beside the file unless given"
        )
        parser.add_argument("--lowest", type=float, help="the scale's lowest score, when nobody gave it")
        parser.add_argument("--highest", type=float, help="the scale's highest score, when nobody gave it")
        parser.add_argument(
            "--exclude", nargs=2, action="append", default=[], metavar=("SUBJECT", "REASON"), help="may be repeated"
        )
        parser.add_argument(
            "--language", default="en", choices=[code for code, _ in settings.LANGUAGES], help="of the pages"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        from annotation.aggregation.analysis import agreements  # slow import
        from annotation.exchange.report.panel import report_of_panel  # slow import

        path: Path = options["file"]
        try:
            old = read_votes(path, lowest=options["lowest"], highest=options["highest"])
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path} cannot be read: {error}") from error
        except DomainError as error:
            raise CommandError(error.message) from error
        reasons = dict(options["exclude"])
        old = _without(old, reasons)
        out: Path = options["out"] or path.with_name(f"{path.stem}-analysis")
        refuse_full(out)
        report = report_of_panel(old.panel, agreements(old.panel, RESAMPLES, SPLITS))
        try:
            out.mkdir(parents=True, exist_ok=True)
            written = _write(out, path, old, report, reasons, options["language"])
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error}") from error
        self.stdout.write(_summary(old, report, out, written))


def _without(old: OldVotes, reasons: dict[str, str]) -> OldVotes:
    """With these subjects excluded. Raises CommandError for names that the file does not have, and when nobody is left."""
    import numpy as np  # slow import

    names = list(old.panel.annotators)
    unknown = sorted(set(reasons) - set(names))
    if unknown:
        raise CommandError(f"The file has no subject {', '.join(unknown)}; it has {', '.join(names[:10])} ...")
    if any(not reason.strip() for reason in reasons.values()):
        raise CommandError("An exclusion needs a reason.")
    panel = replace(old.panel, excluded=np.isin(names, list(reasons)))
    if not len(panel.ballots(SCALE)):
        raise CommandError("Nobody would be left.")
    return replace(old, panel=panel)


def _write(
    out: Path, path: Path, old: OldVotes, report: "PanelReport", reasons: dict[str, str], language: str
) -> list[str]:
    """Names of the files that a person begins with."""
    from annotation.exchange.report.agreement_table import write_agreement  # slow import
    from annotation.exchange.report.document import write_document  # slow import
    from annotation.exchange.report.old_pages import PAGES, PLANNER, write_pages  # slow import
    from annotation.exchange.report.old_tables import write_scores, write_subjects  # slow import
    from annotation.version import VERSION

    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    context = {"name": path.name, "sha256": sha256, "old": old, "report": report, "version": VERSION}
    pages = write_pages(out, path.name, old, report, reasons, language)
    more = {"reasons": reasons, "planned": PLANNER in pages}
    write_document(out / "report.html", "report/old_votes.html", context | more, language)
    write_agreement(out / "agreement.csv", {row.scale: row.found for row in report.agreement}, report.batches)
    write_scores(out / "scores.csv", old, report)
    write_subjects(out / "subjects.csv", old, report)
    return ["report.html", *(page for page in pages if page in PAGES), "agreement.csv", "scores.csv", "subjects.csv"]


def _summary(old: OldVotes, report: "PanelReport", out: Path, written: list[str]) -> str:
    alpha, flagged = report.agreement[0], [row.name for row in report.parts[0].people if row.flags]
    lines = [
        f"{report.votes} votes of {report.annotators} subjects on {report.regions} stimuli.",
        *([f"Not a few whole levels: taken as a scale of five, {old.step:g} to a level."] if old.step != 1 else []),
        f"Krippendorff's alpha (ordinal): {alpha.line.words}.",
        f"Subjects to look at: {', '.join(flagged) or 'none'}.",
        f"Written to {out}: {', '.join(written)}.",
    ]
    return "\n".join(lines)
