"""Everything that is said about agreement on one scale, together: a row of the report's table."""

from dataclasses import dataclass

from annotation.aggregation.alpha import alpha, alpha_without_each
from annotation.aggregation.ballots import Ballots, Floats, Integers
from annotation.aggregation.crossed import Crossed, crossed
from annotation.aggregation.estimates import RESAMPLES, SEED, UNKNOWN, Estimate
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
    ceiling: Estimate

    @property
    def statistics(self) -> dict[str, Estimate]:
        """Every number of agreement, by the name that files and programs know it by."""
        single, crossed = self.one_way, self.crossed
        return {
            "alpha_ordinal": self.ordinal,
            "alpha_interval": self.interval,
            "alpha_nominal": self.nominal,
            "icc_one": single.single if single else UNKNOWN,
            "icc_mean": single.several if single else UNKNOWN,
            "icc_agreement_one": crossed.agreement if crossed else UNKNOWN,
            "icc_agreement_mean": crossed.agreement_of_mean if crossed else UNKNOWN,
            "icc_consistency_one": crossed.consistency if crossed else UNKNOWN,
            "icc_consistency_mean": crossed.consistency_of_mean if crossed else UNKNOWN,
            "kappa_fleiss": self.kappa.fleiss,
            "kappa_randolph": self.kappa.randolph,
            "sos": self.sos,
            "halves_srocc": self.split_half.srocc,
            "halves_stepped": self.split_half.stepped,
            "ceiling": self.ceiling,
        }


def agreement_of(
    ballots: Ballots,
    top: int,
    resamples: int = RESAMPLES,
    splits: int = SPLITS,
    seed: int = SEED,
    low: int = 0,
    image: Integers | None = None,
    each: bool = True,
) -> Agreement:
    """`top` and `low` are the scale's highest and lowest level. The same seed gives the same intervals.

    `image` has a number for each region's image: whole images are resampled then. `each` asks for alpha without each
    annotator.
    """
    table = table_of(ballots, image)
    paired = table.where(table.votes > 1)
    single = one_way(table, resamples=resamples, seed=seed)
    votes = ballots.per_region()
    levels = top - low + 1 if (ballots.level % 1 == 0).all() else None
    return Agreement(
        regions=int((votes > 0).sum()),
        annotators=int((ballots.per_annotator() > 0).sum()),
        votes=len(ballots),
        nominal=alpha(paired, "nominal", resamples, seed),
        ordinal=alpha(paired, "ordinal", resamples, seed),
        interval=alpha(paired, "interval", resamples, seed),
        without_each=tuple(alpha_without_each(ballots, "ordinal")) if each else (),
        one_way=single,
        crossed=crossed(ballots, image=image, seed=seed),
        kappa=kappa(paired, levels, resamples, seed),
        sos=sos(paired, top, low=low, resamples=resamples, seed=seed),
        split_half=split_half(ballots, splits, seed, image),
        ceiling=UNKNOWN if single is None else _ceiling(single.single, votes[votes > 0]),
    )


def _ceiling(single: Estimate, votes: Floats) -> Estimate:
    """As sure as the reliability of one vote that it follows from."""
    return Estimate(*(None if end is None else ceiling(end, votes) for end in (single.value, single.low, single.high)))
