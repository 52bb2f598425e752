"""Each annotator's correlation with something else, for all annotators at once."""

import numpy as np

from annotation.aggregation.ballots import Ballots, Floats, Integers, divide, sums_by


def pearson_by(group: Integers, groups: int, left: Floats, right: Floats) -> Floats:
    """Pearson's correlation within each group; 0 where one side does not vary."""
    votes = sums_by(group, groups)
    one, other = (_centred(group, groups, column, votes) for column in (left, right))
    together = sums_by(group, groups, one * other)
    alone = sums_by(group, groups, one**2) * sums_by(group, groups, other**2)
    found = divide(together, np.sqrt(np.where(alone > 1e-18, alone, 0.0)))
    return np.clip(found, -1.0, 1.0)


def ranks_by(group: Integers, values: Floats) -> Floats:
    """Ranks within each group, ties sharing their mean rank."""
    order = np.lexsort((values, group))
    sorted_groups, sorted_values = group[order], values[order]
    fresh = np.append(True, (np.diff(sorted_groups) != 0) | (np.diff(sorted_values) != 0))
    starts = np.flatnonzero(fresh)
    lengths = np.diff(np.append(starts, len(values)))
    middle = starts + (lengths + 1) / 2
    ranks = np.empty(len(values))
    ranks[order] = np.repeat(middle, lengths)
    return ranks


def with_means(ballots: Ballots) -> tuple[Floats, Floats]:
    """Pearson's and Spearman's correlation of each annotator's votes with the means, their own vote included."""
    means = ballots.means()[ballots.region]
    return _both(ballots, ballots.level, means)


def with_others(ballots: Ballots) -> Floats:
    """Pearson's correlation with the mean of the other votes; 0 where it is undefined."""
    paired = ballots.where(ballots.per_region()[ballots.region] > 1)
    return pearson_by(paired.annotator, paired.annotators, paired.level, paired.others())


def with_condition_means(ballots: Ballots, condition: Integers) -> Floats:
    """Pearson's correlation of each annotator's means of conditions with everybody's; `condition` is each region's."""
    count = int(condition.max()) + 1
    own_condition = condition[ballots.region]
    cell = ballots.annotator * count + own_condition
    cells, place = np.unique(cell, return_inverse=True)
    own = np.bincount(place, ballots.level) / np.bincount(place)
    means = np.bincount(own_condition, ballots.means()[ballots.region]) / np.maximum(np.bincount(own_condition), 1)
    return pearson_by(cells // count, ballots.annotators, own, means[cells % count])


def _both(ballots: Ballots, level: Floats, means: Floats) -> tuple[Floats, Floats]:
    who, count = ballots.annotator, ballots.annotators
    return pearson_by(who, count, level, means), pearson_by(who, count, ranks_by(who, level), ranks_by(who, means))


def _centred(group: Integers, groups: int, values: Floats, votes: Floats) -> Floats:
    return np.asarray(values - divide(sums_by(group, groups, values), votes)[group])
