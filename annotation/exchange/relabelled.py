"""A snapshot with labels of other votes: without those that saw a model's guess first, or with those of excluded annotators.

The votes themselves stay in it, and say what they are.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import IO

from annotation.aggregation.labels import histograms_of, parse_rule
from annotation.aggregation.noise import noise_of
from annotation.enums import LabelStatus
from annotation.exchange.records import NOISELESS_FORMAT, SEATLESS_FORMAT, RegionFacts, labels_of
from annotation.exchange.snapshot_file import SnapshotReader, open_snapshot
from annotation.opinion import SCALES


class RelabelledReader(SnapshotReader):
    """A region with fewer counted votes than the study wants is open. `noise` is that of the votes that count here."""

    def __init__(
        self,
        lines: Iterator[bytes],
        sha256: str,
        *,
        without_exposed: bool = False,
        with_excluded: bool = False,
        noise: Mapping[str, float] | None = None,
    ) -> None:
        super().__init__(lines, sha256)
        self.header = replace(self.header, without_exposed=without_exposed, with_excluded=with_excluded)
        if noise is not None:
            self.header = replace(self.header, noise=noise)

    def regions(self) -> Iterator[RegionFacts]:
        tally = Counter[str]()
        for region in super().regions():
            chosen = replace(
                region, without_exposed=self.header.without_exposed, with_excluded=self.header.with_excluded
            )
            again = relabel(chosen, self.header.votes_wanted, self.header.noise)
            tally[again.status] += 1
            tally["live"] += again.live
            yield again
        excluded = 0 if self.header.with_excluded else self.counts.excluded
        named = {name: tally[name] for name in LabelStatus.values}
        self.counts = replace(self.counts, live=tally["live"], excluded=excluded, **named)


@contextmanager
def open_relabelled(
    source: IO[bytes], sha256: str, *, without_exposed: bool = False, with_excluded: bool = False
) -> Iterator[SnapshotReader]:
    """Read twice: the noise of other votes is known after all of them. Raises SnapshotDamagedError."""
    reading = partial(RelabelledReader, without_exposed=without_exposed, with_excluded=with_excluded)
    with open_snapshot(source, sha256, reading) as first:
        noise = noise_in(first)
    source.seek(0)
    with open_snapshot(source, sha256, partial(reading, noise=noise)) as second:
        yield second


def noise_in(reader: SnapshotReader) -> dict[str, float]:
    """What the labels in it say of their panel's noise; nothing in a format from before it was looked at."""
    return _noise(reader, reader.regions())


def replay(reader: SnapshotReader) -> tuple[list[int], dict[str, float]]:
    """Regions whose label is not what their votes in the snapshot make, and the noise that the labels say."""
    stray: list[int] = []

    def regions() -> Iterator[RegionFacts]:
        for region in reader.regions():
            if relabel(region, reader.header.votes_wanted, reader.header.noise) != region:
                stray.append(region.id)
            yield region

    noise = _noise(reader, regions())
    return stray, noise


def _noise(reader: SnapshotReader, regions: Iterator[RegionFacts]) -> dict[str, float]:
    kinds: dict[str, Counter[tuple[int, ...]]] = {scale: Counter() for scale in SCALES}
    for region in regions:
        if region.status != LabelStatus.OPEN:
            for scale in SCALES:
                kinds[scale][region.labels[scale].histogram] += 1
    known = reader.header.format not in {SEATLESS_FORMAT, NOISELESS_FORMAT}
    return noise_of(kinds, parse_rule(reader.header.rule)) if known else {}


def relabel(region: RegionFacts, votes_wanted: int, noise: Mapping[str, float] | None = None) -> RegionFacts:
    """The region with its label made anew of the votes it counts, by the same rule; a reviewer's decision stays."""
    counted = [vote for vote in region.votes if region.counts(vote)]
    histograms = histograms_of([vote.levels for vote in counted])
    labels = labels_of([histograms[scale] for scale in SCALES], region.rule, region.adjudication, noise)
    tied = any(label.tied for label in labels.values()) and region.adjudication is None
    enough = LabelStatus.DISPUTED if tied else LabelStatus.SETTLED
    status = enough if len(counted) >= votes_wanted else LabelStatus.OPEN
    exposed = sum(vote.exposed for vote in counted)
    return replace(region, status=status.value, live=len(counted), exposed=exposed, labels=labels)
