"""A snapshot as if the votes that saw a model's guess first did not count. The votes themselves stay in it, and say so."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from annotation.aggregation.labels import histograms_of
from annotation.enums import LabelStatus
from annotation.exchange.records import RegionFacts, labels_of
from annotation.exchange.snapshot_file import SnapshotReader
from annotation.opinion import SCALES


class UnexposedReader(SnapshotReader):
    """Labels of unexposed votes only; a region with fewer of them than the study wants is open."""

    def __init__(self, lines: Iterator[bytes], sha256: str) -> None:
        super().__init__(lines, sha256)
        self.header = replace(self.header, without_exposed=True)

    def regions(self) -> Iterator[RegionFacts]:
        tally = Counter[str]()
        for region in super().regions():
            blind = without_exposed(region, self.header.votes_wanted)
            tally[blind.status] += 1
            tally["live"] += blind.live
            yield blind
        self.counts = replace(self.counts, live=tally["live"], **{name: tally[name] for name in LabelStatus.values})


def without_exposed(region: RegionFacts, votes_wanted: int) -> RegionFacts:
    """The region with its label made anew, by the same rule."""
    levels = [vote.levels for vote in region.votes if vote.live and not vote.exposed]
    histograms = histograms_of(levels)
    labels = labels_of([histograms[scale] for scale in SCALES], region.rule)
    tied = any(label.tied for label in labels.values())
    enough = LabelStatus.DISPUTED if tied else LabelStatus.SETTLED
    status = enough if len(levels) >= votes_wanted else LabelStatus.OPEN
    return replace(region, status=status.value, live=len(levels), exposed=0, labels=labels, without_exposed=True)
