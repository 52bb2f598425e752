"""The report as an export: one page for a paper, and the numbers behind it as tables."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from annotation.exchange.card import write_card
from annotation.exchange.columns import Column
from annotation.exchange.csv_files import NOTE, CsvTable
from annotation.exchange.panel_file import VoteColumns
from annotation.exchange.records import Counts, RegionFacts
from annotation.exchange.report.agreement_table import AGREEMENT, write_agreement
from annotation.exchange.report.beside import BESIDE, scores_beside
from annotation.exchange.report.study import Tally, study_report
from annotation.exchange.writer import Writer
from annotation.opinion import DISTORTIONS, SCALES

if TYPE_CHECKING:
    from annotation.aggregation.ballots import Ballots, Floats, Integers
    from annotation.aggregation.panel import Panel
    from annotation.exchange.report.panel import PanelReport

FILES = {
    "report.html": "methods and results, whole in one file, ready to print.",
    "agreement.csv": "one row per scale, batch and statistic, with 95 % intervals.",
    "scores.csv": "one row per region and scale: the mean of record, the recovered score, soft labels, doubt.",
    "annotators.csv": "one row per annotator and scale: bias, inconsistency, the rules that point at them.",
}
SOFT = tuple(Column(f"share_{level}", "number", f"Soft label: share of level {level}.") for level in range(6))
SCORES = (
    Column("region_id", "integer", "The region's number in the study's database."),
    Column("scale", "text", "One of the eight."),
    Column("votes", "integer", "Votes that count."),
    Column("mean", "number", "Of all of them; for a distortion 5 is non-existent."),
    Column("recovered", "number", "Shrunk P.910 score; for a distortion of the votes that see it."),
    Column("recovered_se", "number", "Its standard error."),
    *BESIDE,
    Column("with_it", "number", "Of a distortion, the probability that most people would say with (flat Beta prior)."),
    Column("second_opinion", "number", "Of a distortion, the probability of with by smoothed Dawid-Skene."),
    Column("camps", "flag", "Two votes or more on each of two levels three or more apart."),
    *SOFT,
)
ANNOTATORS = (
    Column("annotator", "text", "A pseudonym, the same throughout the study."),
    Column("scale", "text", "quality or importance."),
    Column("votes", "integer", "Votes that count, or would without an exclusion."),
    *(
        Column(f"{name}{end}", "number", meaning)
        for name, meaning in (("bias", "Levels above the others."), ("inconsistency", "In levels."))
        for end in ("", "_low", "_high")
    ),
    Column("excluded", "flag", "Whether the votes count."),
    Column("signals", "text", "Rules that point at the annotator."),
)


class ReportWriter(Writer):
    """Keeps a dozen numbers for each vote, so its memory grows with the votes: about 100 MB for a million."""

    def start(self) -> None:
        self.columns, self.tally = VoteColumns(), Tally(Counter(), Counter())

    def add(self, region: RegionFacts) -> None:
        self.columns.add(region)
        self.tally.add(region)

    def finish(self, counts: Counts) -> None:
        from annotation.exchange.report.document import write_document  # slow import

        panel = self.columns.panel(self.header)
        context = study_report(self.header, counts, self.tally, panel)
        write_document(self.folder / "report.html", "report/study.html", context, self.language)
        report: PanelReport = context["report"]
        write_agreement(
            self.folder / "agreement.csv", {row.scale: row.found for row in report.agreement}, report.batches
        )
        _write_scores(self.folder / "scores.csv", panel)
        _write_annotators(self.folder / "annotators.csv", panel, report)
        super().finish(counts)

    def card(self, counts: Counts) -> str:
        tables = {"agreement.csv": AGREEMENT, "scores.csv": SCORES, "annotators.csv": ANNOTATORS}
        return write_card(self.header, counts, files=FILES, tables=tables) + NOTE


def _write_scores(path: Path, panel: "Panel") -> None:
    import numpy as np  # slow import

    from annotation.aggregation.analysis import recoveries  # slow import

    recovered, beside = recoveries(panel), scores_beside(panel)
    nothing = np.full(len(panel.regions), np.nan)
    with CsvTable(path, SCORES) as table:
        for scale in SCALES:
            told = (nothing,) * (2 + len(BESIDE))
            if scale in recovered:
                told = (recovered[scale].score, recovered[scale].error, *beside[scale])
            _add_scores(table, scale, panel, told)


def _add_scores(table: CsvTable, scale: str, panel: "Panel", told: "tuple[Floats, ...]") -> None:
    """A row for each region with votes; nobody saw the distortion where there is no recovered score."""
    import numpy as np  # slow import

    from annotation.aggregation.doubt import camps, soft_labels, with_it  # slow import

    ballots = panel.ballots(scale)
    if not len(ballots):
        return
    counts = _histograms(ballots, panel.tops[scale])
    soft, torn, means = soft_labels(counts), camps(counts), ballots.means()
    sides = (with_it(counts), _second_opinion(ballots)) if scale in DISTORTIONS else None
    for place in np.flatnonzero(counts.sum(axis=1) > 0).tolist():
        numbers = [float(column[place]) if np.isfinite(column[place]) else None for column in told]
        doubts = (float(sides[0][place]), float(sides[1][place])) if sides else (None, None)
        shares = [round(float(share), 6) for share in soft[place]]
        padded = shares + [None] * (len(SOFT) - len(shares))
        votes = int(counts[place].sum())
        table.add(
            (
                int(panel.regions[place]),
                scale,
                votes,
                float(means[place]),
                *numbers,
                *doubts,
                bool(torn[place]),
                *padded,
            )
        )


def _histograms(ballots: "Ballots", top: int) -> "Integers":
    import numpy as np

    cell = ballots.region * (top + 1) + ballots.level.astype(np.int64)
    return np.bincount(cell, minlength=ballots.regions * (top + 1)).reshape(ballots.regions, top + 1)


def _second_opinion(ballots: "Ballots") -> "Floats":
    """The probability of with, from all annotators' habits of saying with or without."""
    from annotation.aggregation.analysis import sides_of  # slow import
    from annotation.aggregation.dawid_skene import second_opinion  # slow import

    return second_opinion(sides_of(ballots), 2).classes[:, 1]


def _write_annotators(path: Path, panel: "Panel", report: "PanelReport") -> None:
    with CsvTable(path, ANNOTATORS) as table:
        for part in report.parts:
            found = part.recovered
            columns = (
                *(found.bias, found.bias_low, found.bias_high),
                *(found.inconsistency, found.inconsistency_low, found.inconsistency_high),
            )
            for row in part.people:
                place = list(panel.annotators).index(row.name)
                numbers = [float(column[place]) for column in columns]
                table.add((row.name, part.scale, row.votes, *numbers, row.excluded, ", ".join(row.flags)))
