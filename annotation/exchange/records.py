"""What a snapshot holds, as typed values. Every export format is a function of these and of nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from annotation.aggregation.labels import ScaleLabel, Summary, label_scale, parse_rule
from annotation.enums import LabelStatus, PrelabelSeen
from annotation.opinion import SCALES

FORMAT_VERSION = "gullery-snapshot-2"
SEATLESS_FORMAT = "gullery-snapshot-1"
"""Before seats: votes that do not say why they were asked for. Its exports look as they always have."""
DIGITS = 6
"""Means and intervals leave rounded, so that the last bit of one machine's arithmetic is in no file."""


@dataclass(frozen=True, slots=True)
class Header:
    """The study as it was. The hash is that of the snapshot's uncompressed content.

    `without_exposed` is no part of the snapshot: it says that the labels are of unexposed votes only.
    """

    study: str
    name: str
    rule: str
    votes_wanted: int
    sha256: str
    without_exposed: bool = False
    format: str = FORMAT_VERSION


@dataclass(frozen=True, slots=True)
class Counts:
    """The last line of a snapshot. `votes` counts all of them, `live` those that make the labels."""

    images: int = 0
    regions: int = 0
    settled: int = 0
    disputed: int = 0
    open: int = 0
    votes: int = 0
    live: int = 0
    surplus: int = 0
    retracted: int = 0


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """Width and height are those on screen. `file` is the original's place in an export that has the images."""

    id: int
    name: str
    sha256: str
    file: str
    media_type: str
    byte_size: int
    width: int
    height: int
    orientation: int
    outside_mos: float | None
    split: str


@dataclass(frozen=True, slots=True)
class VoteFacts:
    """One vote under a pseudonym; `levels` in the order of SCALES, times in UTC as ISO 8601 writes them.

    `reason` and `probability` are its seat's: None for a vote without a seat, `probability` also where no turn was dealt.
    """

    id: int
    annotator: str
    levels: tuple[int, ...]
    created_at: str
    duration_ms: int
    device_pixel_ratio: float | None
    viewport_width: int | None
    viewport_height: int | None
    screen_width: int | None
    screen_height: int | None
    outline_hidden_ms: int | None
    client: str
    prelabel_seen: str
    late: bool
    surplus: bool
    retracted_at: str | None
    reason: str | None = None
    probability: float | None = None

    @property
    def live(self) -> bool:
        return not self.surplus and self.retracted_at is None

    @property
    def exposed(self) -> bool:
        return self.prelabel_seen != PrelabelSeen.NOTHING


@dataclass(frozen=True, slots=True)
class RegionFacts:
    """A region with its label and votes. The box is x, y, width, height in pixels, the RLE COCO's compressed one."""

    id: int
    image: ImageFacts
    rle: str
    box: tuple[int, int, int, int]
    area: int
    level: str
    source: str
    status: str
    live: int
    exposed: int
    rule: str
    labels: Mapping[str, ScaleLabel]
    votes: tuple[VoteFacts, ...]
    without_exposed: bool = False

    def counts(self, vote: VoteFacts) -> bool:
        """Whether the label is made of this vote too."""
        return vote.live and not (self.without_exposed and vote.exposed)

    @property
    def settled(self) -> bool:
        return self.status == LabelStatus.SETTLED

    @property
    def coco_rle(self) -> dict[str, object]:
        return {"size": [self.image.height, self.image.width], "counts": self.rle}

    @property
    def exposed_share(self) -> float | None:
        return rounded(self.exposed / self.live) if self.live else None


def labels_of(histograms: list[list[int]], rule: str) -> dict[str, ScaleLabel]:
    """The eight scales' labels, from histograms in the order of SCALES. Raises ValueError for an unknown rule."""
    return {scale: _label(scale, tuple(votes), rule) for scale, votes in zip(SCALES, histograms, strict=True)}


@lru_cache(maxsize=10_000)
def _label(scale: str, histogram: tuple[int, ...], rule: str) -> ScaleLabel:
    """Seven votes make no more than 792 different histograms, so most labels have been worked out before."""
    return label_scale(scale, histogram, parse_rule(rule))


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


def interval_of(summary: Summary) -> tuple[float, float] | None:
    if summary.interval is None:
        return None
    return round(summary.interval.low, DIGITS), round(summary.interval.high, DIGITS)
