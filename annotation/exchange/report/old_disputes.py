"""The page about an old experiment's disputed stimuli: how their votes lie, two camps first, then the widest intervals."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotation.exchange.report.figures import Bars, bars_of
from annotation.exchange.report.old_tables import camps_of, ends_of, histograms_of
from annotation.exchange.votes_csv import SCALE, OldVotes

if TYPE_CHECKING:
    from annotation.aggregation.ballots import Ballots, Integers

SHOWN, BINS = 24, 10
ROUNDING = 1e-9
WIDE = 0.25
"""Of the scale, an interval that is in doubt: a level on a scale of five, as the rules ask for more votes in a study."""
NAME = "Votes per level"


@dataclass(frozen=True, slots=True)
class Doubted:
    """One stimulus on the file's own scale, and the distribution of its votes; nobody's name."""

    stimulus: str
    votes: int
    mean: float
    low: float
    high: float
    camps: bool
    figure: Bars


def disputes_page(old: OldVotes) -> dict[str, object]:
    """What the template `report/old/disputes.html` needs."""
    import numpy as np  # slow import

    ballots, top = old.panel.ballots(SCALE), old.panel.tops[SCALE]
    ends, torn = np.array(ends_of(ballots, top)), camps_of(ballots, top)
    widths = ends[:, 1] - ends[:, 0]
    doubtful = np.flatnonzero(torn | (widths > WIDE * top))
    order = doubtful[np.lexsort((doubtful, -widths[doubtful], ~torn[doubtful]))]
    words, counts = _distributions(ballots, old)
    votes, means = ballots.per_region(), ballots.means()
    shown = [
        Doubted(
            stimulus=old.panel.regions[place],
            votes=int(votes[place]),
            mean=old.score(float(means[place])),
            low=old.score(float(ends[place, 0])),
            high=old.score(float(ends[place, 1])),
            camps=bool(torn[place]),
            figure=bars_of(NAME, words, counts[place].tolist()),
        )
        for place in order[:SHOWN].tolist()
    ]
    return {"doubted": shown, "count": len(order), "stimuli": int((votes > 0).sum())}


def _distributions(ballots: "Ballots", old: OldVotes) -> "tuple[list[str], Integers]":
    """Levels and how many votes each stimulus (rows) has on them; ten steps where a scale has no few whole levels."""
    import numpy as np

    top = old.panel.tops[SCALE]
    counts = histograms_of(ballots, top)
    if counts is not None:
        return [f"{old.score(level):g}" for level in range(top + 1)], counts
    step = np.minimum((ballots.level * BINS / top + ROUNDING).astype(np.int64), BINS - 1)
    cells = np.bincount(ballots.region * BINS + step, minlength=ballots.regions * BINS)
    return [f"{old.score(place * top / BINS):g}–" for place in range(BINS)], cells.reshape(ballots.regions, BINS)
