"""A snapshot with labels of other votes: without those that saw a model's guess first, or with those of excluded annotators.

The votes themselves stay in it, and say what they are.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from annotation.aggregation.labels import histograms_of
from annotation.enums import LabelStatus
from annotation.exchange.records import RegionFacts, labels_of
from annotation.exchange.snapshot_file import SnapshotReader
from annotation.opinion import SCALES


class RelabelledReader(SnapshotReader):
    """A region with fewer counted votes than the study wants is open."""

    def __init__(
        self, lines: Iterator[bytes], sha256: str, *, without_exposed: bool = False, with_excluded: bool = False
    ) -> None:
        super().__init__(lines, sha256)
        self.header = replace(self.header, without_exposed=without_exposed, with_excluded=with_excluded)

    def regions(self) -> Iterator[RegionFacts]:
        tally = Counter[str]()
        for region in super().regions():
            chosen = replace(
                region, without_exposed=self.header.without_exposed, with_excluded=self.header.with_excluded
            )
            again = relabel(chosen, self.header.votes_wanted)
            tally[again.status] += 1
            tally["live"] += again.live
            yield again
        excluded = 0 if self.header.with_excluded else self.counts.excluded
        named = {name: tally[name] for name in LabelStatus.values}
        self.counts = replace(self.counts, live=tally["live"], excluded=excluded, **named)


def relabel(region: RegionFacts, votes_wanted: int) -> RegionFacts:
    """The region with its label made anew of the votes it counts, by the same rule; a reviewer's decision stays."""
    counted = [vote for vote in region.votes if region.counts(vote)]
    histograms = histograms_of([vote.levels for vote in counted])
    labels = labels_of([histograms[scale] for scale in SCALES], region.rule, region.adjudication)
    tied = any(label.tied for label in labels.values()) and region.adjudication is None
    enough = LabelStatus.DISPUTED if tied else LabelStatus.SETTLED
    status = enough if len(counted) >= votes_wanted else LabelStatus.OPEN
    exposed = sum(vote.exposed for vote in counted)
    return replace(region, status=status.value, live=len(counted), exposed=exposed, labels=labels)
