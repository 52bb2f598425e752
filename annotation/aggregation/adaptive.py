"""Which labels deserve more votes: never fewer than the floor, then two more at a time while a rule asks, up to the cap.

Looking only from the floor on, and with a variance shrunk towards the SOS curve, keeps the stopping from favouring regions
whose votes happen to agree.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from annotation.aggregation.ballots import Flags, Floats
from annotation.aggregation.doubt import Counts, camps, with_it
from annotation.aggregation.intervals import SOS
from annotation.aggregation.labels import Histogram
from annotation.aggregation.levels import CLASSES
from annotation.aggregation.widths import half_widths
from annotation.scales import DISTORTIONS, SCALES

FLOOR, WIDE, UNSURE, CAMPS = "floor", "wide", "unsure", "camps"
"""Reasons: votes below the floor; too wide an interval; with or without too close; two camps."""
SETTLED, CAP = "settled", "cap"
"""Why nothing is asked: nothing is in doubt, or something is but the region has all the votes it may have."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A study's choices. `noise` has its own SOS parameter of each scale once it is known (see `noise`)."""

    floor: int = 7
    cap: int = 15
    step: int = 2
    half_width: float = 0.5
    sureness: float = 0.85
    noise: Mapping[str, float] = field(default_factory=dict)

    def sos(self, scale: str) -> float:
        return self.noise.get(scale, SOS)


class Reason(NamedTuple):
    """`scale` is empty for the floor."""

    rule: str
    scale: str

    def __str__(self) -> str:
        return f"{self.rule} {self.scale}".strip()


@dataclass(frozen=True, slots=True)
class Wish:
    """How many more seats a label asks for, and why. `stop` is empty while it asks.

    `gain` is how much one more vote would take off the squared standard error, the scales' sum: what comes first when the
    budget is short.
    """

    reasons: tuple[Reason, ...]
    seats: int
    gain: float
    stop: str


def wish_of(histograms: Mapping[str, Histogram], asking: Asking | None = None) -> Wish:
    """Of one region, from all scales' histograms of its live votes."""
    asking = asking or Asking()
    counts = {scale: np.asarray(histograms[scale])[None, :] for scale in SCALES}
    votes = sum(histograms[SCALES[0]])
    gain = float(gains(counts, asking)[0])
    if votes < asking.floor:
        return Wish((Reason(FLOOR, ""),), asking.floor - votes, gain, "")
    reasons = tuple(reason for reason, asked in doubts(counts, asking).items() if asked[0])
    if not reasons or votes >= asking.cap:
        return Wish(reasons, 0, gain, CAP if reasons else SETTLED)
    return Wish(reasons, min(asking.step, asking.cap - votes), gain, "")


def doubts(counts: Mapping[str, Counts], asking: Asking) -> dict[Reason, Flags]:
    """For each rule that there is, which regions (rows) it asks for. The floor and the cap are not looked at."""
    found: dict[Reason, Flags] = {}
    for scale in SCALES:
        if scale in DISTORTIONS:
            share = with_it(counts[scale])
            found[Reason(UNSURE, scale)] = np.asarray(np.maximum(share, 1 - share) < asking.sureness)
        else:
            found[Reason(WIDE, scale)] = half_widths(counts[scale], asking.sos(scale)) > asking.half_width
        found[Reason(CAMPS, scale)] = camps(counts[scale])
    return found


def wanted(counts: Mapping[str, Counts], asking: Asking) -> Floats:
    """How many more seats each region asks for now."""
    votes = counts[SCALES[0]].sum(axis=1)
    doubtful = np.any(list(doubts(counts, asking).values()), axis=0)
    more = np.where(doubtful, np.minimum(asking.step, asking.cap - votes), 0)
    return np.asarray(np.where(votes < asking.floor, asking.floor - votes, np.maximum(more, 0)), dtype=float)


def gains(counts: Mapping[str, Counts], asking: Asking) -> Floats:
    """variance * (1 / n - 1 / (n + 1)), summed over the scales, with shrunk variances; infinite without votes.

    A severity counts as far as the distortion is likely to be there: a label without it has none, and what nobody sees nobody
    grades.
    """
    votes = counts[SCALES[0]].sum(axis=1).astype(float)
    total = np.zeros(len(votes))
    for scale in SCALES:
        half = half_widths(counts[scale][:, :CLASSES], asking.sos(scale))
        squared = np.where(np.isfinite(half), half / 2, 0.0) ** 2
        total += squared * (with_it(counts[scale]) if scale in DISTORTIONS else 1.0) / (votes + 1)
    return np.where(votes > 0, total, np.inf)
