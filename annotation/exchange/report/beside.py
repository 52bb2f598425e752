"""Scores by the Recommendations' own methods, for tables that have the mean and the shrunk score already."""

from typing import TYPE_CHECKING

from annotation.exchange.columns import Column

if TYPE_CHECKING:
    from annotation.aggregation.ballots import Floats
    from annotation.aggregation.panel import Panel

BESIDE = (
    Column("p913", "number", "Score by P.913 clause 12.4: biases subtracted once."),
    Column("p910", "number", "Score by P.910 Annex E to the letter; empty where it fits somebody perfectly."),
)


def scores_beside(panel: "Panel") -> "dict[str, tuple[Floats, Floats]]":
    """Of each scale's regions the columns BESIDE; NaN where they say nothing."""
    import numpy as np  # slow import

    from annotation.aggregation.analysis import recoveries  # slow import
    from annotation.aggregation.recovery import project_exactly, subtract_biases  # slow import

    plain, exact = recoveries(panel, subtract_biases), recoveries(panel, project_exactly)
    return {
        scale: (plain[scale].score, np.full_like(one.score, np.nan) if one.degenerate else one.score)
        for scale, one in exact.items()
    }
