"""The honest curve: every prediction that was stored before a region's first vote, against the votes that came afterwards."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection

from annotation.models import ModelVersion, Study
from annotation.queries.live import LIVE

if TYPE_CHECKING:
    from annotation.aggregation.honesty import Alarm, Floats, Point, Score

KEPT = 3_000
"""Of the labels, the newest; so the page costs the same however many there are."""
JUDGED = ("quality", "importance")
PARTS = ("random", "model")
"""A region is the model's when it chose any of the region's seats; the others were never touched by it."""

_MEAN = "prelabel.{scale}[2] + 2 * prelabel.{scale}[3] + 3 * prelabel.{scale}[4] + 4 * prelabel.{scale}[5]"
# Votes that saw a prelabel would only repeat it. The last vote's number says when a label was settled, since a label's own time
# moves when the rules change.
_TESTED = f"""
WITH settled AS MATERIALIZED (
    SELECT region_id FROM annotation_label WHERE study_id = %s AND status <> 'open'
    ORDER BY updated_at DESC, region_id DESC LIMIT %s
)
SELECT settled.region_id, prelabel.version_id,
       EXISTS (SELECT 1 FROM annotation_assignment seat
               WHERE seat.region_id = settled.region_id AND seat.reason = 'model' AND seat.vote_id IS NOT NULL),
       said.votes, {", ".join(f"{_MEAN.format(scale=scale)}, said.{scale}, said.{scale}_squares" for scale in JUDGED)}
FROM settled
JOIN annotation_prelabel prelabel ON prelabel.region_id = settled.region_id AND prelabel.votes_before = 0
CROSS JOIN LATERAL (
    SELECT count(*) AS votes, max(vote.id) AS last,
           {", ".join(f"sum({scale}) AS {scale}, sum({scale} * {scale}) AS {scale}_squares" for scale in JUDGED)}
    FROM annotation_vote vote
    WHERE vote.region_id = settled.region_id AND {LIVE}
      AND vote.prelabel_seen = 'nothing'
) said
WHERE said.votes > 0
ORDER BY said.last, settled.region_id, prelabel.id
"""  # noqa: S608  the columns are ours


class Prediction(NamedTuple):
    """What a version said. `scales`: for each of JUDGED the predicted mean, the votes' sum and sum of squares."""

    region: int
    version: int
    part: str
    votes: int
    scales: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True)
class VersionCurve:
    """One version's running scores on all it predicted of a part, also where another spoke after it."""

    version: ModelVersion
    part: str
    points: "list[Point]"


@dataclass(frozen=True, slots=True)
class Curve:
    """One scale: the running scores of each part, the ceiling its votes leave, what is alarming, each version by itself."""

    scale: str
    points: dict[str, "list[Point]"]
    ceiling: float | None
    alarms: dict[str, "Alarm"]
    each: tuple[VersionCurve, ...] = ()


@dataclass(frozen=True, slots=True)
class VersionScore:
    """`scores` in the order of JUDGED."""

    version: ModelVersion
    part: str
    labels: int
    scores: "tuple[Score, ...]"


@dataclass(frozen=True, slots=True)
class Honesty:
    """`labels` counts the settled labels that were predicted. `begins`: the label with which each version's word began."""

    labels: int
    curves: tuple[Curve, ...]
    versions: tuple[VersionScore, ...]
    begins: tuple[tuple[int, ModelVersion], ...]

    @property
    def numbers(self) -> dict[int, int]:
        """What versions are called in figures: numbers in the order in which they began to speak."""
        spoke = [version.pk for _, version in self.begins]
        silent = sorted({row.version.pk for row in self.versions} - {*spoke})
        return {pk: number for number, pk in enumerate([*spoke, *silent], start=1)}


def honesty_of(study: Study) -> Honesty:
    """The curve follows, for each region, the last version that spoke before its first vote; each version has its own, too."""
    rows = predictions_of(study)
    last = newest_words(rows)
    versions = ModelVersion.objects.in_bulk({row.version for row in rows})
    each = [tuple(_each(place, rows, last, versions)) for place in range(len(JUDGED))]
    curves = tuple(_curve(scale, place, last, each[place]) for place, scale in enumerate(JUDGED))
    return Honesty(len(last), curves, tuple(_version_scores(rows, versions)), tuple(_begins(last, versions)))


def alarms_of(study: Study) -> list[tuple[str, str, "Alarm"]]:
    """Scale, part, alarm. Nothing is asked in a study without a model."""
    if study.active_version_id is None:
        return []
    last = newest_words(predictions_of(study))
    return [(scale, part, alarm) for place, scale in enumerate(JUDGED) for part, alarm in _alarms(place, last).items()]


def predictions_of(study: Study) -> list[Prediction]:
    """Of the newest settled labels, oldest first; a region as often as versions spoke before its first vote."""
    with connection.cursor() as cursor:
        cursor.execute(_TESTED, [study.pk, KEPT])
        return [
            Prediction(row[0], row[1], PARTS[row[2]], row[3], (tuple(row[4:7]), tuple(row[7:10])))
            for row in cursor.fetchall()
        ]


def newest_words(rows: Sequence[Prediction]) -> list[Prediction]:
    """Each region once, by the version that spoke last."""
    return list({row.region: row for row in rows}.values())


def _curve(scale: str, place: int, last: Sequence[Prediction], each: tuple[VersionCurve, ...]) -> Curve:
    import numpy as np  # slow import

    from annotation.aggregation.honesty import ceiling_of, curve_of  # slow import

    points = {}
    for part in PARTS:
        numbers = [number for number, row in enumerate(last, start=1) if row.part == part]
        points[part] = curve_of(*_pairs(place, [row for row in last if row.part == part]), numbers)
    votes = np.array([(row.votes, *row.scales[place][1:]) for row in last], float).reshape(-1, 3)
    return Curve(scale, points, ceiling_of(*votes.T), _alarms(place, last), each)


def _each(
    place: int, rows: Sequence[Prediction], last: Sequence[Prediction], versions: dict[int, ModelVersion]
) -> Iterator[VersionCurve]:
    """Oldest version first; only those with labels enough for a window."""
    from annotation.aggregation.honesty import curve_of  # slow import

    number = {row.region: number for number, row in enumerate(last, start=1)}
    for pk in sorted(versions):
        for part in PARTS:
            some = [row for row in rows if (row.version, row.part) == (pk, part)]
            if points := curve_of(*_pairs(place, some), [number[row.region] for row in some]):
                yield VersionCurve(versions[pk], part, points)


def _alarms(place: int, last: Sequence[Prediction]) -> dict[str, "Alarm"]:
    from annotation.aggregation.honesty import alarm_of  # slow import

    found = {part: alarm_of(*_pairs(place, [row for row in last if row.part == part])) for part in PARTS}
    return {part: alarm for part, alarm in found.items() if alarm is not None}


def _version_scores(rows: Sequence[Prediction], versions: dict[int, ModelVersion]) -> list[VersionScore]:
    """Newest version first; only the parts that have labels."""
    from annotation.aggregation.honesty import score_of  # slow import

    table = []
    for pk in sorted(versions, reverse=True):
        for part in PARTS:
            some = [row for row in rows if (row.version, row.part) == (pk, part)]
            if some:
                scores = tuple(score_of(*_pairs(place, some)) for place in range(len(JUDGED)))
                table.append(VersionScore(versions[pk], part, len(some), scores))
    return table


def _begins(last: Sequence[Prediction], versions: dict[int, ModelVersion]) -> list[tuple[int, ModelVersion]]:
    first: dict[int, int] = {}
    for number, row in enumerate(last, start=1):
        first.setdefault(row.version, number)
    return [(number, versions[pk]) for pk, number in first.items()]


def _pairs(place: int, rows: Sequence[Prediction]) -> "tuple[Floats, Floats]":
    """What the model said and the mean of what people said, as two arrays."""
    import numpy as np  # slow import

    predicted = np.array([row.scales[place][0] for row in rows], float)
    return predicted, np.array([row.scales[place][1] / row.votes for row in rows], float)
