"""A study's raw votes as columns, wherever they come from: agreement, recovery, screening and drift begin here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from annotation.aggregation.ballots import Ballots, Flags, Floats, Integers
from annotation.aggregation.checks import Gold, Repeats, Times
from annotation.scales import DISTORTIONS, NON_EXISTENT


@dataclass(frozen=True, slots=True)
class Answers:
    """Votes, an entry each, on one or more scales. Numbers that nobody knows are NaN, sittings -1.

    `moment` is in seconds since 1970 (UTC), `position` counts the votes of a sitting from 0.
    """

    region: Integers
    annotator: Integers
    levels: Mapping[str, Floats]
    milliseconds: Floats
    moment: Floats
    sitting: Integers
    position: Integers

    def __len__(self) -> int:
        return len(self.region)

    def where(self, chosen: Flags) -> "Answers":
        return Answers(
            self.region[chosen],
            self.annotator[chosen],
            {scale: level[chosen] for scale, level in self.levels.items()},
            self.milliseconds[chosen],
            self.moment[chosen],
            self.sitting[chosen],
            self.position[chosen],
        )


@dataclass(frozen=True, slots=True)
class Panel:
    """`votes` are those for the label, the excluded annotators' too. `gold` and `expected` go together, entry by entry;
    `again` are second looks at regions that the same person has voted on.

    `tops` has the highest level of each scale that there is; `image` and `condition` have a number for each region, which
    tells of what photograph it is and how that was spoiled, None where nobody said.
    """

    regions: Sequence[str]
    annotators: Sequence[str]
    tops: Mapping[str, int]
    excluded: Flags
    votes: Answers
    gold: Answers
    expected: Mapping[str, Floats]
    again: Answers
    image: Integers | None = None
    condition: Integers | None = None

    @property
    def scales(self) -> tuple[str, ...]:
        return tuple(self.tops)

    def ballots(self, scale: str, *, with_excluded: bool = False) -> Ballots:
        """One scale's votes that count. `with_excluded` takes all, as if nobody had been excluded."""
        level = self.votes.levels[scale]
        chosen = np.isfinite(level) & (with_excluded | ~self.excluded[self.votes.annotator])
        return Ballots(
            self.votes.region[chosen],
            self.votes.annotator[chosen],
            level[chosen],
            len(self.regions),
            len(self.annotators),
        )

    def affected(self, scale: str, *, with_excluded: bool = False) -> Ballots:
        """Of a distortion, the votes that see it: what biases and inconsistencies may be computed from."""
        every = self.ballots(scale, with_excluded=with_excluded)
        return every.where(every.level < NON_EXISTENT) if scale in DISTORTIONS else every

    def all_distortions(self) -> Ballots:
        """The six scales as one: each region once for each distortion."""
        parts = [self.ballots(scale) for scale in DISTORTIONS if scale in self.tops]
        count = len(self.regions)
        return Ballots(
            np.concatenate([part.region + place * count for place, part in enumerate(parts)]),
            np.concatenate([part.annotator for part in parts]),
            np.concatenate([part.level for part in parts]),
            count * len(parts),
            len(self.annotators),
        )

    def image_of_all(self) -> Integers | None:
        """Of each region of `all_distortions`."""
        parts = sum(scale in self.tops for scale in DISTORTIONS)
        return None if self.image is None else np.tile(self.image, parts)

    def gold_of(self, scale: str) -> Gold:
        return Gold(self.gold.annotator, self.gold.levels[scale], self.expected[scale])

    def repeats_of(self, scale: str) -> Repeats:
        """Each second look with the same person's vote; looks without one are left out."""
        first, found = self._looked_twice()
        return Repeats(self.again.annotator[found], self.votes.levels[scale][first], self.again.levels[scale][found])

    def moments_of_repeats(self) -> Floats:
        """Of the second looks, in the order of `repeats_of`."""
        return self.again.moment[self._looked_twice()[1]]

    def _looked_twice(self) -> tuple[Integers, Flags]:
        """The places of the first votes, and which second looks have one."""
        key = self.votes.region * len(self.annotators) + self.votes.annotator
        asked = self.again.region * len(self.annotators) + self.again.annotator
        if not len(key):
            return np.zeros(0, np.int64), np.zeros(len(asked), bool)
        order = np.argsort(key)
        place = np.searchsorted(key[order], asked).clip(max=len(key) - 1)
        found = key[order][place] == asked
        return order[place[found]], found

    def times(self) -> Times:
        known = np.isfinite(self.votes.milliseconds)
        return Times(self.votes.annotator[known], self.votes.milliseconds[known])


def no_answers(scales: Sequence[str]) -> Answers:
    whole, real = np.zeros(0, np.int64), np.zeros(0)
    return Answers(whole, whole, dict.fromkeys(scales, real), real, real, whole, whole)
