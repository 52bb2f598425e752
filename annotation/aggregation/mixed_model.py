"""Henderson's mixed-model equations of votes on regions by annotators, with the regions eliminated."""

from dataclasses import dataclass

import numpy as np

from annotation.aggregation.ballots import Ballots, Floats, sums_by


@dataclass(frozen=True, slots=True)
class Equations:
    """What is left of the votes: regions go together by their number of votes, a row or matrix each.

    `shared[m]` counts for each pair of annotators the regions with m votes that both voted on; `met[m]` sums the regions'
    totals over each annotator's regions.
    """

    sizes: Floats
    regions: Floats
    shared: Floats
    met: Floats
    totals: Floats
    squared: Floats
    own_votes: Floats
    own_totals: Floats
    square: float


def equations_of(ballots: Ballots) -> Equations:
    from scipy.sparse import csr_array  # slow import

    voters = np.unique(ballots.annotator)
    level = ballots.level - ballots.level.mean() if len(ballots) else ballots.level
    votes, totals = ballots.per_region(), ballots.per_region(level)
    place = np.searchsorted(voters, ballots.annotator)
    voted = csr_array((np.ones(len(ballots)), (ballots.region, place)), shape=(ballots.regions, len(voters)))
    sizes, regions = np.unique(votes[votes > 0], return_counts=True)
    groups = [voted[votes == size] for size in sizes]
    return Equations(
        sizes=sizes,
        regions=regions.astype(float),
        shared=np.array([(group.T @ group).toarray() for group in groups]),
        met=np.array([group.T @ totals[votes == size] for group, size in zip(groups, sizes, strict=True)]),
        totals=np.array([totals[votes == size].sum() for size in sizes]),
        squared=np.array([(totals[votes == size] ** 2).sum() for size in sizes]),
        own_votes=sums_by(place, len(voters)),
        own_totals=sums_by(place, len(voters), level),
        square=float(level @ level),
    )


def solve(equations: Equations, logs: Floats) -> tuple[float, float, float]:
    """The log determinant, y'Py and the degrees of freedom, in units of the rest's variance."""
    region, annotator = np.exp(logs)
    weight = 1 / (equations.sizes + 1 / region)
    count = len(equations.own_votes)
    system = np.empty((count + 1, count + 1))
    system[1:, 1:] = np.diag(equations.own_votes + 1 / annotator) - np.tensordot(weight, equations.shared, 1)
    alone = (equations.shared * (1 - weight * equations.sizes)[:, None, None]).sum(axis=0).diagonal()
    system[0, 1:] = system[1:, 0] = alone
    system[0, 0] = float(equations.regions @ (equations.sizes - equations.sizes**2 * weight))
    right = np.append(equations.totals @ (1 - equations.sizes * weight), equations.own_totals - weight @ equations.met)
    lower = np.linalg.cholesky(system)
    half = np.linalg.solve(lower, right)
    determinant = 2 * float(np.log(lower.diagonal()).sum()) + count * logs[1]
    determinant += float(equations.regions @ np.log(equations.sizes * region + 1))
    left = equations.square - float(weight @ equations.squared) - float(half @ half)
    return determinant, left, float(equations.regions @ equations.sizes) - 1
