"""What a snapshot holds, as typed values. Every export format is a function of these and of nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from annotation.aggregation.intervals import SOS
from annotation.aggregation.labels import ScaleLabel, Summary, label_scale, parse_rule
from annotation.enums import LabelStatus, PrelabelSeen
from annotation.opinion import SCALES, WORDS
from annotation.scales import NON_EXISTENT

FORMAT_VERSION = "gullery-snapshot-3"
NOISELESS_FORMAT = "gullery-snapshot-2"
"""Before the study's own noise: its intervals go by the published value, as they always have."""
SEATLESS_FORMAT = "gullery-snapshot-1"
"""Before seats: votes that do not say why they were asked for. Its exports look as they always have."""
DIGITS = 6
"""Means and intervals leave rounded, so that the last bit of one machine's arithmetic is in no file."""


@dataclass(frozen=True, slots=True)
class Header:
    """The study as it was. The hash is that of the snapshot's uncompressed content.

    `without_exposed` and `with_excluded` are no part of the snapshot: they say which votes the labels are of. `protocol` has
    the study's settings by name, None without one. `noise` has the SOS parameter of each scale for the intervals of these
    labels, nothing where they go by the published one.
    """

    study: str
    name: str
    rule: str
    votes_wanted: int
    sha256: str
    without_exposed: bool = False
    with_excluded: bool = False
    format: str = FORMAT_VERSION
    codebook: int | None = None
    protocol: Mapping[str, object] | None = None
    people: tuple["PersonFacts", ...] = ()
    requests: tuple["RequestFacts", ...] = ()
    noise: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """An annotator under a pseudonym, with what was checked of them and decided about them; times as ISO 8601."""

    annotator: str
    checks: int = 0
    checks_passed: int = 0
    sittings: int = 0
    exams: int = 0
    exams_passed: int = 0
    exclusions: tuple["ExclusionFacts", ...] = ()

    @property
    def excluded(self) -> bool:
        return any(one.lifted_at is None for one in self.exclusions)


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """Seats that one rule of adaptive votes asked for, all of them where `rule` is empty, with the first day and the last."""

    rule: str
    seats: int
    regions: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class ExclusionFacts:
    reason: str
    created_at: str
    lifted_at: str | None
    lifted_reason: str


@dataclass(frozen=True, slots=True)
class AdjudicationFacts:
    """A reviewer's decision; `levels` names the scales it decides, level 5 of a distortion being "without"."""

    levels: Mapping[str, int]
    reason: str
    created_at: str


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
    excluded: int = 0
    other_purpose: int = 0


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
    purpose: str = "label"
    excluded: bool = False
    codebook: int | None = None
    sitting: int | None = None
    position: int | None = None
    row_order: int | None = None
    whole_view_ms: int | None = None
    region_view_ms: int | None = None
    zoom_events: int | None = None
    away_ms: int | None = None
    edits: int | None = None
    full_window: bool | None = None
    page_build: str = ""

    @property
    def stands(self) -> bool:
        """Neither taken back nor surplus, whoever said it."""
        return not self.surplus and self.retracted_at is None

    @property
    def live(self) -> bool:
        return self.stands and not self.excluded

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
    adjudication: AdjudicationFacts | None = None
    gold: tuple[int, ...] | None = None
    without_exposed: bool = False
    with_excluded: bool = False

    def counts(self, vote: VoteFacts) -> bool:
        """Whether the label is made of this vote too."""
        said = vote.stands if self.with_excluded else vote.live
        return said and not (self.without_exposed and vote.exposed)

    @property
    def said_status(self) -> str:
        """The status as exports name it: a settled label that rests on a reviewer's decision is adjudicated."""
        return "adjudicated" if self.settled and self.adjudication else self.status

    @property
    def settled(self) -> bool:
        return self.status == LabelStatus.SETTLED

    @property
    def coco_rle(self) -> dict[str, object]:
        return {"size": [self.image.height, self.image.width], "counts": self.rle}

    @property
    def exposed_share(self) -> float | None:
        return rounded(self.exposed / self.live) if self.live else None


def labels_of(
    histograms: list[list[int]],
    rule: str,
    decided: AdjudicationFacts | None = None,
    noise: Mapping[str, float] | None = None,
) -> dict[str, ScaleLabel]:
    """The eight scales' labels, from histograms in the order of SCALES. Raises ValueError for an unknown rule.

    Where a reviewer decided, level and word are the decision's; all that is about the votes stays.
    """
    known = noise or {}
    labels = {
        scale: _label(scale, tuple(votes), rule, known.get(scale, SOS))
        for scale, votes in zip(SCALES, histograms, strict=True)
    }
    if decided is None:
        return labels
    return labels | {scale: _decided(labels[scale], level) for scale, level in decided.levels.items()}


def _decided(label: ScaleLabel, level: int) -> ScaleLabel:
    is_distortion = label.of_affected is not None
    known = None if is_distortion and level == NON_EXISTENT else level
    present = (known is not None) if is_distortion else None
    word = None if known is None else WORDS[label.scale][known]
    return replace(label, level=known, word=word, present=present)


@lru_cache(maxsize=10_000)
def _label(scale: str, histogram: tuple[int, ...], rule: str, sos: float) -> ScaleLabel:
    """Seven votes make no more than 792 different histograms, so most labels have been worked out before."""
    return label_scale(scale, histogram, parse_rule(rule), sos)


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


def interval_of(summary: Summary) -> tuple[float, float] | None:
    if summary.interval is None:
        return None
    return round(summary.interval.low, DIGITS), round(summary.interval.high, DIGITS)
