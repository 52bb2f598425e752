"""The screening rules of the Recommendations, as diagnostics: with 7 votes on a region they can hardly ever fire.

BT.500-15 annex 1, kurtosis rule: sample standard deviation, each annotator's own number of votes, regions without variance
skipped. Its correlation rule (from BT.1788) and that of VQEG and P.913 as in the reference code of NTIA.
"""

import math
from dataclasses import dataclass

import numpy as np

from annotation.aggregation.ballots import Ballots, Flags, Floats, Integers, divide
from annotation.aggregation.correlations import with_condition_means, with_means

OUTLYING, TWO_SIDED = 0.05, 0.3
NORMAL, OTHERWISE = 2.0, math.sqrt(20)
"""How many standard deviations away a vote counts, where votes look normal (kurtosis 2 to 4) and where they do not."""
FEW_VOTES = 15
"""Votes on a region below which the rule is blind; it can never fire at 5, and at 7 for 14 of 330 histograms."""
MOST_CORRELATION = 0.7
PER_REGION, PER_CONDITION = 0.75, 0.8


@dataclass(frozen=True, slots=True)
class Kurtosis:
    """Per annotator: votes far above and far below, the two ratios of the rule, and what it says."""

    above: Floats
    below: Floats
    outlying: Floats
    one_sided: Floats
    rejected: Flags
    blind: bool
    """Half of the regions or more have too few votes for this rule."""


@dataclass(frozen=True, slots=True)
class ByCorrelation:
    """Per annotator. `threshold` is one for all."""

    correlation: Floats
    threshold: float
    rejected: Flags


def kurtosis_rule(ballots: Ballots) -> Kurtosis:
    """One pass. Only people who are far above about as often as far below are rejected: the erratic, not the lenient."""
    votes, mean = ballots.per_region(), ballots.means()
    away = ballots.level - mean[ballots.region]
    second, fourth = (divide(ballots.per_region(away**power), votes) for power in (2, 4))
    deviation = np.sqrt(divide(second * votes, votes - 1))
    kurtosis = divide(fourth, second**2)
    reach = np.where((kurtosis >= 2) & (kurtosis <= 4), NORMAL, OTHERWISE) * deviation
    varies = (second > 1e-12)[ballots.region]
    far = reach[ballots.region] * (1 - 1e-12)
    above = ballots.per_annotator((varies & (away >= far)).astype(float))
    below = ballots.per_annotator((varies & (away <= -far)).astype(float))
    outlying, one_sided = divide(above + below, ballots.per_annotator()), divide(np.abs(above - below), above + below)
    rejected = (outlying > OUTLYING) & (one_sided < TWO_SIDED)
    blind = bool(np.median(votes[votes > 0]) < FEW_VOTES) if len(ballots) else True
    return Kurtosis(above, below, outlying, one_sided, rejected, blind)


def correlation_rule(ballots: Ballots, *, most: float = MOST_CORRELATION, pearson_only: bool = False) -> ByCorrelation:
    """Below min(most, mean - sd): the lesser of Pearson's and Spearman's correlation with the means of all."""
    pearson, spearman = with_means(ballots)
    found = pearson if pearson_only else np.minimum(pearson, spearman)
    active = found[ballots.per_annotator() > 0]
    spread = float(active.std(ddof=1)) if len(active) > 1 else 0.0
    threshold = min(most, float(active.mean()) - spread) if len(active) else most
    return ByCorrelation(found, threshold, (found < threshold) & (ballots.per_annotator() > 0))


def vqeg_rule(ballots: Ballots, condition: Integers) -> Flags:
    """P.913: below .75 by region and below .8 by condition; `condition` is each region's, counted from 0."""
    pearson, _ = with_means(ballots)
    by_condition = with_condition_means(ballots, condition)
    return np.asarray((pearson < PER_REGION) & (by_condition < PER_CONDITION) & (ballots.per_annotator() > 0))
