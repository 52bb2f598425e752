"""A snapshot's raw votes as arrays: what its report is computed from, without the database."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from annotation.enums import Purpose
from annotation.exchange.records import Header, RegionFacts, VoteFacts
from annotation.opinion import SCALES, TOP_LEVEL

if TYPE_CHECKING:
    from annotation.aggregation.panel import Answers, Panel

_NUMBERS = 2 + len(SCALES) + 4


@dataclass(slots=True)
class VoteColumns:
    """Grows by a region at a time; a vote takes a dozen numbers."""

    votes: "array[float]" = field(default_factory=lambda: array("d"))
    gold: "array[float]" = field(default_factory=lambda: array("d"))
    expected: "array[float]" = field(default_factory=lambda: array("d"))
    again: "array[float]" = field(default_factory=lambda: array("d"))
    regions: list[str] = field(default_factory=list)
    images: "array[int]" = field(default_factory=lambda: array("q"))
    people: dict[str, int] = field(default_factory=dict)
    sittings: dict[tuple[str, int], int] = field(default_factory=dict)

    def add(self, region: RegionFacts) -> None:
        """What counts or would count without exclusions, hidden gold and second looks; everything else is passed over.

        In a version without exposed votes they are passed over too.
        """
        place = len(self.regions)
        self.regions.append(str(region.id))
        self.images.append(region.image.id)
        for vote in region.votes:
            if vote.retracted_at is not None or (region.without_exposed and vote.exposed):
                continue
            if vote.purpose == Purpose.LABEL and not vote.surplus:
                self.votes.extend(self._numbers(place, vote))
            elif vote.purpose == Purpose.REPEAT:
                self.again.extend(self._numbers(place, vote))
            elif vote.purpose == Purpose.GOLD and region.gold is not None:
                self.gold.extend(self._numbers(place, vote))
                self.expected.extend(region.gold)

    def panel(self, header: Header) -> "Panel":
        import numpy as np  # slow import

        from annotation.aggregation.panel import Panel  # slow import

        excluded = {person.annotator for person in header.people if person.excluded and not header.with_excluded}
        expected = np.frombuffer(self.expected, dtype=np.float64).reshape(-1, len(SCALES))
        return Panel(
            regions=self.regions,
            annotators=list(self.people),
            tops=TOP_LEVEL,
            excluded=np.array([name in excluded for name in self.people], bool),
            votes=_answers(self.votes),
            gold=_answers(self.gold),
            expected={scale: expected[:, place] for place, scale in enumerate(SCALES)},
            again=_answers(self.again),
            image=np.array(self.images, np.int64),
        )

    def _numbers(self, place: int, vote: VoteFacts) -> Iterable[float]:
        annotator = self.people.setdefault(vote.annotator, len(self.people))
        yield from (
            place,
            annotator,
            *vote.levels,
            vote.duration_ms,
            datetime.fromisoformat(vote.created_at).timestamp(),
        )
        if vote.sitting is None or vote.position is None:
            yield from (-1, -1)
        else:
            yield self.sittings.setdefault((vote.annotator, vote.sitting), len(self.sittings))
            yield vote.position - 1


def _answers(numbers: "array[float]") -> "Answers":
    import numpy as np

    from annotation.aggregation.panel import Answers

    table = np.frombuffer(numbers, dtype=np.float64).reshape(-1, _NUMBERS)
    facts = table[:, 2 + len(SCALES) :]
    return Answers(
        region=table[:, 0].astype(np.int64),
        annotator=table[:, 1].astype(np.int64),
        levels={scale: table[:, 2 + place] for place, scale in enumerate(SCALES)},
        milliseconds=facts[:, 0],
        moment=facts[:, 1],
        sitting=facts[:, 2].astype(np.int64),
        position=facts[:, 3].astype(np.int64),
    )
