"""How noisy a study's panel is on each scale: the SOS parameters that the intervals of its labels go by."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from annotation.aggregation.intervals import SOS
from annotation.aggregation.labels import SCORE_TOP, Rule
from annotation.scales import ALL, DISTORTIONS, NON_EXISTENT, SCALES, TOP_LEVEL

if TYPE_CHECKING:
    from annotation.aggregation.tables import Table

LEAST_REGIONS = 20
"""With two votes or more that the level comes from; fewer say nothing of the panel, and the published value stands."""
DIGITS = 4
"""Kept of a parameter, so that the last bit of one machine's arithmetic is in no label."""

Kinds = Mapping[str, Mapping[tuple[int, ...], int]]
"""Of each scale the histograms that there are, and how many regions have them."""


def noise_of(kinds: Kinds, rule: Rule, scales: Iterable[str] = SCALES) -> dict[str, float]:
    """Of the votes that the rule takes each level from."""
    return {scale: round(_own(kinds.get(scale, {}), scale, rule), DIGITS) for scale in scales}


def _own(kinds: Mapping[tuple[int, ...], int], scale: str, rule: Rule) -> float:
    from annotation.aggregation.sos import own_sos  # slow import

    if not kinds:
        return SOS
    literal = scale not in DISTORTIONS or rule.severity_votes == ALL
    table = _table(kinds, None if literal else NON_EXISTENT)
    known = float(table.regions[table.votes > 1].sum())
    return own_sos(table, TOP_LEVEL[scale] if literal else SCORE_TOP) if known >= LEAST_REGIONS else SOS


def _table(kinds: Mapping[tuple[int, ...], int], levels: int | None) -> "Table":
    """In one order, so that the sums are the same however the kinds came; of the first levels only where told so."""
    import numpy as np  # slow import

    from annotation.aggregation.tables import Table  # slow import

    rows = sorted(kinds.items())
    counts = np.array([histogram[:levels] for histogram, _ in rows], dtype=float)
    regions = np.array([count for _, count in rows], dtype=float)
    return Table(np.arange(counts.shape[1], dtype=float), counts, regions)
