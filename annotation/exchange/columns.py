"""The flat tables of labels and votes: their columns, in order, what they mean, and a row of each."""

from dataclasses import dataclass
from typing import Literal

from annotation.aggregation.labels import ScaleLabel
from annotation.enums import Purpose, SeatReason
from annotation.exchange.records import SEATLESS_FORMAT, Header, RegionFacts, VoteFacts, interval_of, rounded
from annotation.opinion import DISTORTIONS, SCALES, TOP_LEVEL

Kind = Literal["text", "integer", "number", "flag", "time", "counts"]
Value = str | int | float | bool | tuple[int, ...] | None
Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of counts holds `length` whole numbers, the lowest level's first."""

    name: str
    kind: Kind
    meaning: str
    length: int = 1


def _about_region() -> list[Column]:
    return [
        Column("region_id", "integer", "The region's number in the study's database."),
        Column("image_name", "text", "The path the photograph was imported from."),
        Column("image_sha256", "text", "The SHA-256 of the photograph's original bytes."),
        Column("image_file", "text", "Where the photograph lies in an export with images."),
        Column("image_width", "integer", "Pixels on screen, after the EXIF orientation."),
        Column("image_height", "integer", "Pixels on screen, after the EXIF orientation."),
        Column("outside_mos", "number", "A score of the whole photograph that somebody else gave, as it came."),
        Column("split", "text", "train or test; all regions of a photograph are on the same side."),
        Column("rle", "text", "The mask: counts of COCO's compressed run-length code, for image_height x image_width."),
        Column("box_x", "integer", "Left edge of the mask's box in pixels."),
        Column("box_y", "integer", "Top edge of the mask's box in pixels."),
        Column("box_width", "integer", "Pixels, last column included."),
        Column("box_height", "integer", "Pixels, last row included."),
        Column("area", "integer", "Pixels inside the mask."),
        Column("level", "text", "object or component."),
        Column("source", "text", "proposed, drawn or imported."),
        Column(
            "status",
            "text",
            "open: too few votes yet. settled. disputed: a distortion is tied. adjudicated: a reviewer decided.",
        ),
        Column("n", "integer", "Votes that count: neither retracted nor surplus, nor left out as exposed."),
        Column("exposed_share", "number", "Share of these votes that saw a model's answer first."),
        Column("rule", "text", "Version and choices of the rules the label follows."),
    ]


def _about_distortion(name: str) -> list[Column]:
    return [
        Column(f"{name}_present", "flag", "False iff strictly more than half of the votes say non-existent."),
        Column(f"{name}_word", "text", "Severity: extreme, severe, moderate, minor or trivial; empty without."),
        Column(f"{name}_level", "integer", "Severity 0 (extreme) to 4 (trivial) by Eq. 1; empty without."),
        Column(f"{name}_mean_all", "number", "Mean of all votes, 5 being non-existent."),
        Column(f"{name}_mean_affected", "number", "Mean of the votes 0 to 4 alone."),
        *_spread(name),
        Column(f"{name}_histogram", "counts", "Votes per level, 0 (extreme) to 5 (non-existent).", TOP_LEVEL[name] + 1),
    ]


def _about_score(name: str) -> list[Column]:
    return [
        Column(f"{name}_word", "text", "The word of the level."),
        Column(f"{name}_level", "integer", "0 (lowest) to 4 (highest) by Eq. 1."),
        Column(f"{name}_mean", "number", "Mean of the votes."),
        *_spread(name),
        Column(f"{name}_histogram", "counts", "Votes per level, lowest first.", TOP_LEVEL[name] + 1),
    ]


def _spread(name: str) -> list[Column]:
    return [
        Column(f"{name}_n", "integer", "The votes that sd, low and high are of: those the rule takes the level from."),
        Column(f"{name}_sd", "number", "Sample standard deviation of these votes."),
        Column(f"{name}_low", "number", "Lower end of the 95 % interval of their mean."),
        Column(f"{name}_high", "number", "Upper end of the 95 % interval of their mean."),
    ]


LABEL_COLUMNS: tuple[Column, ...] = (
    *_about_region(),
    *(column for name in SCALES for column in (_about_distortion if name in DISTORTIONS else _about_score)(name)),
)
VOTE_COLUMNS: tuple[Column, ...] = (
    Column("vote_id", "integer", "The vote's number in the study's database."),
    Column("region_id", "integer", "The region it is about."),
    Column("annotator", "text", "A pseudonym, the same throughout the study."),
    *(Column(name, "integer", "0 (extreme) to 5 (non-existent).") for name in DISTORTIONS),
    Column("quality", "integer", "0 (bad) to 4 (excellent)."),
    Column("importance", "integer", "0 (unimportant) to 4 (essential)."),
    Column(
        "counted",
        "flag",
        "Whether the label counts it: neither retracted, surplus nor excluded, nor left out as exposed.",
    ),
    Column("created_at", "time", "When the server stored it, UTC."),
    Column("duration_ms", "integer", "From the region on screen to the answer, as the client says."),
    Column("device_pixel_ratio", "number", "Of the screen it was given on."),
    Column("viewport_width", "integer", "CSS pixels."),
    Column("viewport_height", "integer", "CSS pixels."),
    Column("screen_width", "integer", "CSS pixels."),
    Column("screen_height", "integer", "CSS pixels."),
    Column("outline_hidden_ms", "integer", "How long the outline was hidden."),
    Column("client", "text", "The program it was given with."),
    Column("prelabel_seen", "text", "Whether a model's answer was shown before it: nothing or before_vote."),
    Column("late", "flag", "The seat was lost before it came."),
    Column("surplus", "flag", "Kept, but not counted: all seats were taken, or it was not for the label."),
    Column("retracted", "flag", "The person took it back: kept, but not counted."),
    Column("retracted_at", "time", "When, UTC."),
    Column("reason", "text", f"Why its seat came when it did: {', '.join(SeatReason.values)}; empty without a seat."),
    Column("probability", "number", "Of the seat's being drawn; empty where all seats came in random order."),
    Column("purpose", "text", f"What it was for: {', '.join(Purpose.values)}; only the first counts."),
    Column("excluded", "flag", "Its person was excluded from the study when the snapshot was taken."),
    Column("codebook", "integer", "The number of the guidelines followed."),
    Column("sitting", "integer", "Of the person's sittings in the study: 1, 2, ..."),
    Column("position", "integer", "Its place in the sitting: 1, 2, ..."),
    Column(
        "row_order",
        "integer",
        "Which of the 720 orders of the six distortions was on screen; 0 is that of the columns.",
    ),
    Column("whole_view_ms", "integer", "That the whole image was shown."),
    Column("region_view_ms", "integer", "That the region was shown pixel for pixel."),
    Column("zoom_events", "integer", "Changes of zoom or pixel ratio while it was given."),
    Column("away_ms", "integer", "That the page was hidden or out of focus."),
    Column("edits", "integer", "Answers changed before it was sent."),
    Column("full_window", "flag", "The window filled the screen."),
    Column("page_build", "text", "Of the rating page."),
)
SEATLESS_COLUMNS: tuple[Column, ...] = VOTE_COLUMNS[: [column.name for column in VOTE_COLUMNS].index("reason")]


def vote_columns(header: Header) -> tuple[Column, ...]:
    """A snapshot from before votes told of their seats is written as it was then: an earlier export's bytes again."""
    return SEATLESS_COLUMNS if header.format == SEATLESS_FORMAT else VOTE_COLUMNS


def label_row(region: RegionFacts) -> Row:
    image, box = region.image, region.box
    head: Row = (
        *(region.id, image.name, image.sha256, image.file, image.width, image.height, image.outside_mos, image.split),
        *(region.rle, *box, region.area, region.level, region.source),
        *(region.said_status, region.live, region.exposed_share, region.rule),
    )
    return (*head, *(value for name in SCALES for value in _scale_values(region.labels[name])))


def _scale_values(label: ScaleLabel) -> Row:
    record, ends = label.of_record, interval_of(label.of_record) or (None, None)
    spread = (record.votes, rounded(record.sd), *ends, label.histogram)
    if label.of_affected is None:
        return (label.word, label.level, rounded(label.of_all.mean), *spread)
    means = (rounded(label.of_all.mean), rounded(label.of_affected.mean))
    return (label.present, label.word, label.level, *means, *spread)


def vote_row(region: RegionFacts, vote: VoteFacts) -> Row:
    counted = region.counts(vote)
    head: Row = (vote.id, region.id, vote.annotator, *vote.levels, counted, vote.created_at, vote.duration_ms)
    viewport: Row = (vote.viewport_width, vote.viewport_height)
    screen: Row = (vote.screen_width, vote.screen_height)
    circumstances: Row = (vote.outline_hidden_ms, vote.client, vote.prelabel_seen, vote.late, vote.surplus)
    retraction: Row = (vote.retracted_at is not None, vote.retracted_at)
    seat: Row = (vote.reason, vote.probability)
    course: Row = (vote.purpose, vote.excluded, vote.codebook, vote.sitting, vote.position, vote.row_order)
    views: Row = (vote.whole_view_ms, vote.region_view_ms, vote.zoom_events, vote.away_ms, vote.edits)
    page: Row = (vote.full_window, vote.page_build)
    return (
        *(*head, vote.device_pixel_ratio, *viewport, *screen, *circumstances, *retraction, *seat),
        *(*course, *views, *page),
    )
