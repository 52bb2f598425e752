"""What the tables of an export should say, worked out again from the votes of a snapshot: nothing of the writers is used."""

from collections.abc import Mapping
from datetime import datetime
from itertools import zip_longest
from statistics import fmean, stdev

from annotation.exchange.records import RegionFacts, VoteFacts
from annotation.opinion import DISTORTIONS, SCALES, TOP_LEVEL, WORDS

Said = dict[str, object]
ABSENT = "absent"


def differences(found: list[Said], expected: list[Said]) -> list[tuple[int, str, object, object]]:
    """Row, column, what is there and what should be; a column or row that is missing is one, too."""
    rows = zip_longest(found, expected, fillvalue={})
    return [
        (number, name, here.get(name, ABSENT), there.get(name, ABSENT))
        for number, (here, there) in enumerate(rows)
        for name in {**here, **there}
        if here.get(name, ABSENT) != there.get(name, ABSENT)
    ]


def label_said(region: RegionFacts) -> Said:
    """A row of labels by column, under the rule `affected`. The interval's ends are those of the label, which has tests."""
    image, box = region.image, dict(zip(("box_x", "box_y", "box_width", "box_height"), region.box, strict=True))
    votes = [vote for vote in region.votes if counts(vote)]
    row: Said = {
        "region_id": region.id,
        "image_name": image.name,
        "image_sha256": image.sha256,
        "image_file": f"images/{image.sha256}.png",
        "image_width": image.width,
        "image_height": image.height,
        "outside_mos": image.outside_mos,
        "split": image.split,
        **{name: getattr(region, name) for name in ("rle", "area", "level", "source", "rule")},
        "status": "adjudicated" if region.adjudication and region.status == "settled" else region.status,
        "n": len(votes),
        "exposed_share": sum(vote.exposed for vote in votes) / len(votes) if votes else None,
        **box,
    }
    decided = region.adjudication.levels if region.adjudication else {}
    for place, scale in enumerate(SCALES):
        row |= _scale_said(region, scale, [vote.levels[place] for vote in votes], decided)
    return row


def counts(vote: VoteFacts) -> bool:
    return not vote.surplus and vote.retracted_at is None and not vote.excluded


def _scale_said(region: RegionFacts, scale: str, levels: list[int], decided: Mapping[str, int]) -> Said:
    affected = [level for level in levels if level < 5] if scale in DISTORTIONS else levels
    without = scale in DISTORTIONS and 2 * levels.count(5) > len(levels)
    level = _class(affected) if affected and not without else None
    if scale in decided:
        level = None if decided[scale] == 5 else decided[scale]
    interval = region.labels[scale].of_record.interval
    said = {
        "word": None if level is None else WORDS[scale][level],
        "level": level,
        "n": len(affected),
        "sd": round(stdev(affected), 6) if len(affected) > 1 else None,
        "low": round(interval.low, 6) if interval else None,
        "high": round(interval.high, 6) if interval else None,
        "histogram": [levels.count(one) for one in range(TOP_LEVEL[scale] + 1)],
    }
    if scale in DISTORTIONS:
        present = level is not None if levels or scale in decided else None
        said |= {"present": present, "mean_all": _mean(levels), "mean_affected": _mean(affected)}
    else:
        said |= {"mean": _mean(levels)}
    return {f"{scale}_{name}": value for name, value in said.items()}


def _class(levels: list[int]) -> int:
    """Eq. 1 on 0..4, the lowest class taking 0."""
    return next(k for k in range(5) if 5 * sum(levels) <= 4 * len(levels) * (k + 1))


def _mean(levels: list[int]) -> float | None:
    return round(fmean(levels), 6) if levels else None


def vote_said(region: RegionFacts, vote: VoteFacts) -> Said:
    """A row of votes by column; most columns are called as the snapshot calls them."""
    plain = ("id", "levels", "created_at", "retracted_at")
    return {
        "vote_id": vote.id,
        "region_id": region.id,
        **dict(zip(SCALES, vote.levels, strict=True)),
        **{name: getattr(vote, name) for name in VoteFacts.__dataclass_fields__ if name not in plain},
        "counted": counts(vote),
        "created_at": datetime.fromisoformat(vote.created_at),
        "retracted": vote.retracted_at is not None,
        "retracted_at": datetime.fromisoformat(vote.retracted_at) if vote.retracted_at else None,
    }
