"""An old experiment's raw votes, analysed like a study's: a page, the scores and the subjects as CSV."""

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from annotation.errors import DomainError
from annotation.exchange.columns import Column
from annotation.exchange.csv_files import CsvTable
from annotation.exchange.votes_csv import SCALE, OldVotes, read_votes

if TYPE_CHECKING:
    from annotation.exchange.report.panel import PanelReport

RESAMPLES, SPLITS = 1000, 100
SCORES = (
    Column("stimulus", "text", "As the file names it."),
    Column("votes", "integer", "First votes of different subjects."),
    Column("mean", "number", "On the file's own scale."),
    Column("sd", "number", "Of the votes (sample)."),
    Column("recovered", "number", "Score with biases and inconsistencies taken into account."),
    Column("recovered_se", "number", "Its standard error."),
)
SUBJECTS = (
    Column("subject", "text", "As the file names them."),
    Column("votes", "integer", "Counted ones."),
    *(
        Column(f"{name}{end}", "number", meaning)
        for name, meaning in (("bias", "Levels above the others."), ("inconsistency", "In levels."))
        for end in ("", "_low", "_high")
    ),
    Column("signals", "text", "Rules that point at the subject."),
)


class Command(BaseCommand):
    help = "Analyses raw votes of an old experiment: a CSV with the columns stimulus, subject, score."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--out", type=Path, help="the folder to write to; FILE-analysis beside the file unless given"
        )
        parser.add_argument("--lowest", type=float, help="the scale's lowest score, when nobody gave it")
        parser.add_argument(
            "--language", default="en", choices=[code for code, _ in settings.LANGUAGES], help="of the page"
        )
        parser.add_argument("--highest", type=float, help="the scale's highest score, when nobody gave it")

    def handle(self, *args: Any, **options: Any) -> None:
        from annotation.exchange.report.panel import report_of_panel  # slow import

        path: Path = options["file"]
        try:
            old = read_votes(path, lowest=options["lowest"], highest=options["highest"])
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path} cannot be read: {error}") from error
        except DomainError as error:
            raise CommandError(error.message) from error
        report = report_of_panel(old.panel, resamples=RESAMPLES, splits=SPLITS)
        out: Path = options["out"] or path.with_name(f"{path.stem}-analysis")
        out.mkdir(parents=True, exist_ok=True)
        _write(out, path, old, report, options["language"])
        self.stdout.write(_summary(report, out))


def _write(out: Path, path: Path, old: OldVotes, report: "PanelReport", language: str) -> None:
    from annotation.exchange.report.document import write_document  # slow import
    from annotation.version import VERSION

    context = {
        "name": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "old": old,
        "report": report,
        "version": VERSION,
    }
    write_document(out / "report.html", "report/old_votes.html", context, language)
    _write_scores(out / "scores.csv", old, report)
    _write_subjects(out / "subjects.csv", old, report)


def _write_scores(path: Path, old: OldVotes, report: "PanelReport") -> None:
    """On the file's own scale."""
    import numpy as np  # slow import

    ballots, found = old.panel.ballots(SCALE), report.parts[0].recovered
    votes, means = ballots.per_region(), ballots.means()
    squares = ballots.per_region((ballots.level - means[ballots.region]) ** 2)
    spread = np.sqrt(squares / np.maximum(votes - 1, 1))
    with CsvTable(path, SCORES) as table:
        for place, name in enumerate(old.panel.regions):
            sd = float(spread[place]) if votes[place] > 1 else None
            recovered = float(found.score[place]) + old.lowest
            mean, error = float(means[place]) + old.lowest, float(found.error[place])
            table.add((name, int(votes[place]), mean, sd, recovered, error))


def _write_subjects(path: Path, old: OldVotes, report: "PanelReport") -> None:
    part = report.parts[0]
    found, flags = part.recovered, {row.name: row.flags for row in part.people}
    columns = (
        *(found.bias, found.bias_low, found.bias_high),
        *(found.inconsistency, found.inconsistency_low, found.inconsistency_high),
    )
    with CsvTable(path, SUBJECTS) as table:
        for place, name in enumerate(old.panel.annotators):
            numbers = [float(column[place]) for column in columns]
            table.add((name, int(found.votes[place]), *numbers, ", ".join(flags[name])))


def _summary(report: "PanelReport", out: Path) -> str:
    alpha, flagged = report.agreement[0], [row.name for row in report.parts[0].people if row.flags]
    lines = [
        f"{report.votes} votes of {report.annotators} subjects on {report.regions} stimuli.",
        f"Krippendorff's alpha (ordinal): {alpha.line.words}.",
        f"Subjects to look at: {', '.join(flagged) or 'none'}.",
        f"Written: {out / 'report.html'}, scores.csv, subjects.csv.",
    ]
    return "\n".join(lines)
