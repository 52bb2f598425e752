"""Henderson's mixed-model equations of votes on regions by annotators, with the regions eliminated."""

from dataclasses import dataclass, replace

import numpy as np

from annotation.aggregation.ballots import Ballots, Floats, Integers, sums_by


@dataclass(frozen=True, slots=True)
class Equations:
    """What is left of the votes: regions go together by their number of votes, a row or matrix each.

    `shared[m]` counts for each pair of annotators the regions with m votes that both voted on; `met[m]` sums the regions'
    totals over each annotator's regions, `own_regions[m]` counts them.
    """

    sizes: Floats
    regions: Floats
    shared: Floats
    met: Floats
    totals: Floats
    squared: Floats
    own_regions: Floats
    own_votes: Floats
    own_totals: Floats
    square: float


@dataclass(frozen=True, slots=True)
class Frame:
    """What equations of different votes need in common to be added up: numbers of votes, annotators, the level's middle."""

    sizes: Floats
    voters: Integers
    middle: float


def frame_of(ballots: Ballots) -> Frame:
    votes = ballots.per_region()
    middle = float(ballots.level.mean()) if len(ballots) else 0.0
    return Frame(np.unique(votes[votes > 0]), np.unique(ballots.annotator), middle)


def equations_of(ballots: Ballots, frame: Frame) -> Equations:
    """`ballots` may be some of the votes that the frame is of, with all votes on their regions."""
    sizes, people, level = frame.sizes, len(frame.voters), ballots.level - frame.middle
    named, region = np.unique(ballots.region, return_inverse=True)
    votes, totals = sums_by(region, len(named)), sums_by(region, len(named), level)
    size = np.searchsorted(sizes, votes)
    place = np.searchsorted(frame.voters, ballots.annotator)
    cell = size[region] * people + place
    return Equations(
        sizes=sizes,
        regions=sums_by(size, len(sizes)),
        shared=_shared(region, cell, len(named), (len(sizes), people)),
        met=sums_by(cell, len(sizes) * people, totals[region]).reshape(len(sizes), people),
        totals=sums_by(size, len(sizes), totals),
        squared=sums_by(size, len(sizes), totals**2),
        own_regions=sums_by(cell, len(sizes) * people).reshape(len(sizes), people),
        own_votes=sums_by(place, people),
        own_totals=sums_by(place, people, level),
        square=float(level @ level),
    )


def _shared(region: Integers, cell: Integers, regions: int, shape: tuple[int, int]) -> Floats:
    """From each vote's region and its cell, the region's number of votes by the annotator."""
    from scipy.sparse import csr_array  # slow import

    sizes, people = shape
    voted = csr_array((np.ones(len(cell)), (region, cell)), shape=(regions, sizes * people))
    pairs = (voted.T @ voted).tocoo()
    found = np.zeros((sizes, people, people))
    found[pairs.row // people, pairs.row % people, pairs.col % people] = pairs.data
    return found


def without(whole: Equations, part: Equations) -> Equations:
    """What is left of the votes when some regions' are taken away; both of one frame."""
    return replace(
        whole,
        regions=whole.regions - part.regions,
        shared=whole.shared - part.shared,
        met=whole.met - part.met,
        totals=whole.totals - part.totals,
        squared=whole.squared - part.squared,
        own_regions=whole.own_regions - part.own_regions,
        own_votes=whole.own_votes - part.own_votes,
        own_totals=whole.own_totals - part.own_totals,
        square=whole.square - part.square,
    )


def solve(equations: Equations, logs: Floats) -> tuple[float, float, float]:
    """The log determinant, y'Py and the degrees of freedom, in units of the rest's variance.

    Raises LinAlgError where rounding leaves nothing to solve.
    """
    from scipy.linalg.lapack import dpotrf, dpotrs  # slow import

    region, annotator = np.exp(logs)
    sizes, count = equations.sizes, len(equations.own_votes)
    weight = 1 / (sizes + 1 / region)
    left_alone = 1 - weight * sizes
    system = np.empty((count + 1, count + 1))
    system[1:, 1:] = -np.tensordot(weight, equations.shared, 1)
    system.ravel()[count + 2 :: count + 2] += equations.own_votes + 1 / annotator
    system[0, 1:] = system[1:, 0] = left_alone @ equations.own_regions
    system[0, 0] = float(equations.regions @ (sizes * left_alone))
    right = np.append(equations.totals @ left_alone, equations.own_totals - weight @ equations.met)
    lower, failed = dpotrf(system, lower=1, overwrite_a=1)
    if failed:
        raise np.linalg.LinAlgError("The equations are not positive definite.")
    determinant = 2 * float(np.log(lower.diagonal()).sum()) + count * logs[1]
    determinant += float(equations.regions @ np.log(sizes * region + 1))
    left = equations.square - float(weight @ equations.squared) - float(right @ dpotrs(lower, right, lower=1)[0])
    return determinant, left, float(equations.regions @ sizes) - 1
