"""Agreement over the course of a study: its regions in batches, in the order of their first vote."""

from dataclasses import dataclass

import numpy as np

from annotation.aggregation.agreement import Agreement, agreement_of
from annotation.aggregation.ballots import Ballots, Floats, Integers
from annotation.aggregation.estimates import Estimate
from annotation.aggregation.panel import Panel
from annotation.scales import NON_EXISTENT

TOTAL = "all distortions"
"""The six scales taken together."""
SIZE, MOST = 500, 20
"""Regions in a batch, and batches: a large study has larger ones."""
FEW, FEW_SPLITS = 200, 30
"""Resamples and splits where there are many tables, or a page waits for them."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some regions and what their votes on one scale say. `moment` is that of the first vote, in seconds since 1970."""

    regions: int
    moment: float
    found: Agreement

    @property
    def ordinal(self) -> Estimate:
        return self.found.ordinal


@dataclass(frozen=True, slots=True)
class Order:
    """Which batch each region is in, -1 for one without a vote that counts, and when each batch began."""

    batch: Integers
    moments: Floats

    @property
    def several(self) -> bool:
        return len(self.moments) > 1


def batches(
    panel: Panel, size: int = SIZE, resamples: int = FEW, splits: int = FEW_SPLITS
) -> dict[str, tuple[Batch, ...]]:
    """Of every scale, and of the distortions together.

    Nothing where one batch holds all, or nobody wrote down when people voted.
    """
    order = order_of(panel, size)
    if not order.several:
        return {}
    found = {
        scale: _batches(panel.ballots(scale), top, order, panel.image, resamples, splits)
        for scale, top in panel.tops.items()
    }
    if len(panel.scales) > 1:
        every = panel.all_distortions()
        repeated = Order(np.tile(order.batch, every.regions // len(panel.regions)), order.moments)
        found[TOTAL] = _batches(every, NON_EXISTENT, repeated, panel.image_of_all(), resamples, splits)
    return found


def order_of(panel: Panel, size: int = SIZE) -> Order:
    first = np.full(len(panel.regions), np.inf)
    counted = ~panel.excluded[panel.votes.annotator]
    moment = panel.votes.moment[counted]
    if not len(moment) or not np.isfinite(moment).all():
        return Order(np.full(len(first), -1), np.zeros(0))
    np.minimum.at(first, panel.votes.region[counted], moment)
    order = np.argsort(first, kind="stable")[: int(np.isfinite(first).sum())]
    each = max(size, -(-len(order) // MOST))
    batch = np.full(len(first), -1)
    batch[order] = np.arange(len(order)) // each
    return Order(batch, first[order[::each]])


def _batches(
    ballots: Ballots, top: int, order: Order, image: Integers | None, resamples: int, splits: int
) -> tuple[Batch, ...]:
    found = []
    for number, moment in enumerate(order.moments.tolist()):
        some = ballots.where(order.batch[ballots.region] == number)
        one = agreement_of(some, top, resamples, splits, image=image, each=False)
        found.append(Batch(one.regions, moment, one))
    return tuple(found)
