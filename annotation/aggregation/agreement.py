"""Everything that is said about agreement on one scale, together: a row of the report's table."""

from dataclasses import dataclass

from annotation.aggregation.alpha import alpha, alpha_without_each
from annotation.aggregation.ballots import Ballots, Integers
from annotation.aggregation.crossed import Crossed, crossed
from annotation.aggregation.estimates import RESAMPLES, SEED, Estimate
from annotation.aggregation.fleiss import Kappa, kappa
from annotation.aggregation.icc import OneWay, ceiling, one_way
from annotation.aggregation.sos import sos
from annotation.aggregation.split_half import SPLITS, SplitHalf, split_half
from annotation.aggregation.tables import table_of


@dataclass(frozen=True, slots=True)
class Agreement:
    """On one scale. `ceiling` is the correlation with these labels that no model can be expected to exceed.

    `without_each` is ordinal alpha without each annotator: far above alpha for somebody who votes unlike the rest.
    """

    regions: int
    annotators: int
    votes: int
    nominal: Estimate
    ordinal: Estimate
    interval: Estimate
    without_each: tuple[float | None, ...]
    one_way: OneWay | None
    crossed: Crossed | None
    kappa: Kappa
    sos: Estimate
    split_half: SplitHalf
    ceiling: float | None


def agreement_of(
    ballots: Ballots,
    top: int,
    resamples: int = RESAMPLES,
    splits: int = SPLITS,
    seed: int = SEED,
    low: int = 0,
    image: Integers | None = None,
) -> Agreement:
    """`top` and `low` are the scale's highest and lowest level. The same seed gives the same intervals.

    `image` has a number for each region's image: whole images are resampled then.
    """
    table = table_of(ballots, image)
    single = one_way(table, resamples=resamples, seed=seed)
    known = None if single is None else single.single.value
    votes = ballots.per_region()
    return Agreement(
        regions=int((votes > 0).sum()),
        annotators=int((ballots.per_annotator() > 0).sum()),
        votes=len(ballots),
        nominal=alpha(table, "nominal", resamples, seed),
        ordinal=alpha(table, "ordinal", resamples, seed),
        interval=alpha(table, "interval", resamples, seed),
        without_each=tuple(alpha_without_each(ballots, "ordinal")),
        one_way=single,
        crossed=crossed(ballots),
        kappa=kappa(table, top - low + 1, resamples, seed),
        sos=sos(table, top, low=low, resamples=resamples, seed=seed),
        split_half=split_half(ballots, splits, seed, image),
        ceiling=None if known is None else ceiling(known, votes[votes > 0]),
    )
