"""The votes on one scale as three columns, the input of everything that is said about agreement and annotators."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ballots:
    """A vote each: whose it is, on which region, and its level. Regions and annotators are counted from 0.

    Raises ValueError for columns of different lengths, numbers outside the counts, levels that are not numbers and an
    annotator's second vote on a region.
    """

    region: Integers
    annotator: Integers
    level: Floats
    regions: int
    annotators: int

    def __post_init__(self) -> None:
        if not len(self.region) == len(self.annotator) == len(self.level):
            raise ValueError("Regions, annotators and levels of ballots need the same length.")
        for name, column, count in (
            ("region", self.region, self.regions),
            ("annotator", self.annotator, self.annotators),
        ):
            if len(column) and not 0 <= column.min() <= column.max() < count:
                raise ValueError(f"A {name} is outside 0 to {count - 1}.")
        if not np.isfinite(self.level).all():
            raise ValueError("A level is not a number.")
        seats = np.sort(self.region * self.annotators + self.annotator)
        if (seats[1:] == seats[:-1]).any():
            raise ValueError("An annotator voted twice on one region.")

    def __len__(self) -> int:
        return len(self.level)

    def per_region(self, weights: Floats | None = None) -> Floats:
        """Sums over each region's votes; their number without weights."""
        return sums_by(self.region, self.regions, weights)

    def per_annotator(self, weights: Floats | None = None) -> Floats:
        return sums_by(self.annotator, self.annotators, weights)

    def means(self) -> Floats:
        """Of each region; 0 without votes."""
        return divide(self.per_region(self.level), self.per_region())

    def others(self) -> Floats:
        """For each vote the mean of the other votes on its region; 0 where there is none."""
        return divide(self.per_region(self.level)[self.region] - self.level, self.per_region()[self.region] - 1)

    def where(self, chosen: Flags) -> "Ballots":
        """Some of the votes, under the same numbers."""
        return Ballots(self.region[chosen], self.annotator[chosen], self.level[chosen], self.regions, self.annotators)


def divide(above: Floats, below: Floats, *, empty: float = 0.0, least: float = 0.0) -> Floats:
    """`empty` where there is nothing to divide by: where `below` is not more than `least`."""
    found = np.full(np.broadcast_shapes(np.shape(above), np.shape(below)), empty)
    np.divide(above, below, out=found, where=np.asarray(below) > least)
    return found


def sums_by(group: Integers, groups: int, weights: NDArray[np.generic] | None = None) -> Floats:
    """Of the weights in each group, counted from 0; how many there are without weights."""
    return np.bincount(group, weights, groups).astype(float)
