"""An old experiment's scores and subjects as tables, on the file's own scale."""

from pathlib import Path
from typing import TYPE_CHECKING

from annotation.exchange.columns import Column, Row
from annotation.exchange.csv_files import CsvTable
from annotation.exchange.records import rounded
from annotation.exchange.report.beside import BESIDE, scores_beside
from annotation.exchange.votes_csv import MOST_LEVELS, SCALE, OldVotes

if TYPE_CHECKING:
    from annotation.aggregation.ballots import Ballots, Flags, Floats, Integers
    from annotation.exchange.report.panel import PanelReport

SCORES = (
    Column("stimulus", "text", "As the file names it."),
    Column("votes", "integer", "First votes of different subjects who are not excluded."),
    Column("mean", "number", "On the file's own scale."),
    Column("sd", "number", "Of the votes (sample)."),
    Column("low", "number", "Lower end of the 95 % interval of the mean, by the noise of this panel."),
    Column("high", "number", "Upper end of the 95 % interval of the mean, by the noise of this panel."),
    Column("recovered", "number", "Score with biases and inconsistencies taken into account."),
    Column("recovered_se", "number", "Its standard error."),
    *BESIDE,
    Column("camps", "flag", "Two votes or more on each of two levels three or more apart."),
)
SUBJECTS = (
    Column("subject", "text", "As the file names them."),
    Column("votes", "integer", "Counted ones, or those that would count without an exclusion."),
    *(
        Column(f"{name}{end}", "number", meaning)
        for name, meaning in (
            ("bias", "Above the others, on the file's own scale."),
            ("inconsistency", "On that scale."),
        )
        for end in ("", "_low", "_high")
    ),
    Column("alpha_without", "number", "Ordinal alpha of everybody else; empty for somebody excluded."),
    Column("excluded", "flag", "Whether the votes do not count."),
    Column("signals", "text", "Rules that point at the subject."),
)


def write_scores(path: Path, old: OldVotes, report: "PanelReport") -> None:
    import numpy as np  # slow import

    ballots, top = old.panel.ballots(SCALE), old.panel.tops[SCALE]
    found = report.parts[0].recovered
    votes, means = ballots.per_region(), ballots.means()
    squares = ballots.per_region((ballots.level - means[ballots.region]) ** 2)
    spread = np.sqrt(squares / np.maximum(votes - 1, 1))
    torn, shares = _opinions(ballots, top)
    soft = tuple(
        Column(f"share_{old.score(level):g}", "number", "Soft label.")
        for level in range(0 if shares is None else top + 1)
    )
    ends, beside = ends_of(ballots, top), scores_beside(old.panel)[SCALE]
    with CsvTable(path, (*SCORES, *soft)) as table:
        for place in np.flatnonzero(votes > 0).tolist():
            numbers = (means[place], *ends[place], found.score[place], found.error[place])
            mean, low, high, recovered, error = (float(number) for number in numbers)
            sd = float(spread[place]) * old.step if votes[place] > 1 else None
            row: Row = (old.panel.regions[place], int(votes[place]), old.score(mean), sd, old.score(low))
            row = (*row, old.score(high), old.score(recovered), error * old.step)
            row = (*row, *(old.score(float(one[place])) if np.isfinite(one[place]) else None for one in beside))
            row = (*row, None if torn is None else bool(torn[place]))
            table.add((*row, *(() if shares is None else [rounded(float(share)) for share in shares[place]])))


def ends_of(ballots: "Ballots", top: int) -> "list[tuple[float, float]]":
    """Of each stimulus's interval, by the noise of these votes where there are enough of them."""
    import numpy as np

    from annotation.aggregation.intervals import SOS, interval  # slow import
    from annotation.aggregation.noise import LEAST_REGIONS  # slow import
    from annotation.aggregation.sos import own_sos  # slow import
    from annotation.aggregation.tables import table_of  # slow import

    votes, means = ballots.per_region(), ballots.means()
    noise = own_sos(table_of(ballots), top) if (votes > 1).sum() >= LEAST_REGIONS else SOS
    squares = ballots.per_region((ballots.level - means[ballots.region]) ** 2) / np.maximum(votes - 1, 1)
    found = [
        interval(float(mean), float(variance), int(count), top, noise) if count else None
        for mean, variance, count in zip(means, squares, votes, strict=True)
    ]
    return [(one.low, one.high) if one else (0.0, 0.0) for one in found]


def camps_of(ballots: "Ballots", top: int) -> "Flags":
    """Which stimuli's votes lie in two camps; none on a scale without few whole levels."""
    import numpy as np

    torn, _ = _opinions(ballots, top)
    return np.zeros(ballots.regions, bool) if torn is None else torn


def _opinions(ballots: "Ballots", top: int) -> "tuple[Flags | None, Floats | None]":
    """Camps and soft labels, where the scale has a few whole levels."""
    from annotation.aggregation.doubt import camps, soft_labels  # slow import

    counts = histograms_of(ballots, top)
    return (None, None) if counts is None else (camps(counts), soft_labels(counts))


def histograms_of(ballots: "Ballots", top: int) -> "Integers | None":
    """A row for each stimulus; None for a scale that is not of a few whole levels."""
    import numpy as np  # slow import

    if top >= MOST_LEVELS or (ballots.level % 1 != 0).any():
        return None
    cell = ballots.region * (top + 1) + ballots.level.astype(np.int64)
    return np.bincount(cell, minlength=ballots.regions * (top + 1)).reshape(ballots.regions, top + 1)


def write_subjects(path: Path, old: OldVotes, report: "PanelReport") -> None:
    part = report.parts[0]
    found, place_of = part.recovered, {name: place for place, name in enumerate(old.panel.annotators)}
    columns = (
        *(found.bias, found.bias_low, found.bias_high),
        *(found.inconsistency, found.inconsistency_low, found.inconsistency_high),
    )
    with CsvTable(path, SUBJECTS) as table:
        for row in sorted(part.people, key=lambda one: one.name):
            numbers = [float(column[place_of[row.name]]) * old.step for column in columns]
            table.add((row.name, row.votes, *numbers, row.without, row.excluded, ", ".join(row.flags)))
