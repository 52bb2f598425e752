"""Does everything that is stored follow from the raw votes? Labels are replayed twice, in SQL and in Python."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection, transaction

from annotation.aggregation.labels import Rule, histograms_of, is_tied, level_of
from annotation.enums import LabelStatus
from annotation.models import Study
from annotation.opinion import DISTORTIONS, SCALES, TOP_LEVEL
from annotation.queries.live import LIVE
from annotation.scales import NON_EXISTENT

CHUNK = 500
Parameters = Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that does not follow. `subject` is a scale or another part of the label, or what else is wrong."""

    region_id: int | None
    subject: str
    message: str

    def __str__(self) -> str:
        where = f"region {self.region_id}, " if self.region_id else ""
        return f"{where}{self.subject}: {self.message}"


def _sum(scale: str, top: int) -> str:
    """The sum of the levels up to `top`; arrays in SQL begin at 1."""
    return " + ".join(f"{level} * said.{scale}_votes[{level + 1}]" for level in range(1, top + 1))


def _class(total: str, votes: str, top: str) -> str:
    """Eq. 1 as it is printed, both sides multiplied by 5 and by the votes; zero and too much go to the outer classes."""
    steps = " ".join(f"WHEN 5 * ({total}) <= {top} * {votes} * {i + 1} THEN {i}" for i in range(4))
    return f"CASE {steps} ELSE 4 END"


def _level(scale: str) -> str:
    if scale not in DISTORTIONS:
        return f"CASE WHEN said.n > 0 THEN {_class(_sum(scale, 4), 'said.n', '4')} END"
    without = f"said.{scale}_votes[6]"
    affected = _class(_sum(scale, 4), f"(said.n - {without})", "%(top)s")
    literal = _class(_sum(scale, 5), "said.n", "%(top)s")
    chosen = f"CASE WHEN %(severity_votes)s = 'all' THEN {literal} ELSE {affected} END"
    return f"CASE WHEN said.n > 0 AND 2 * {without} <= said.n THEN {chosen} END"


def _decided(scale: str) -> str:
    """A reviewer's decision goes before the votes; non-existent is no level."""
    none = f"WHEN decided.{scale} = 5 THEN NULL" if scale in DISTORTIONS else ""
    return f"CASE WHEN decided.{scale} IS NULL THEN {_level(scale)} {none} ELSE decided.{scale} END"


def _histogram(scale: str) -> str:
    counts = ", ".join(f"count(*) FILTER (WHERE {scale} = {level})" for level in range(TOP_LEVEL[scale] + 1))
    return f"ARRAY[{counts}]::int[] AS {scale}_votes"


_TIED = " OR ".join(f"2 * said.{scale}_votes[6] = said.n" for scale in DISTORTIONS)
_REPLAY = f"""
WITH said AS (
    SELECT region_id, count(*)::int AS n, count(*) FILTER (WHERE prelabel_seen <> 'nothing')::int AS exposed,
           json_agg(json_build_array({", ".join(SCALES)}))::text AS opinions,
           {", ".join(_histogram(scale) for scale in SCALES)}
    FROM annotation_vote vote WHERE study_id = %(study)s AND {LIVE} GROUP BY region_id
)
SELECT coalesce(label.region_id, said.region_id), label.region_id IS NOT NULL, said.opinions,
       label.rule, label.status, label.votes, label.exposed_votes, {", ".join(f"label.{scale}_votes" for scale in SCALES)},
       {", ".join(f"label.{scale}_level" for scale in SCALES)},
       CASE WHEN said.n IS NULL OR said.n < %(wanted)s THEN 'open'
            WHEN ({_TIED}) AND decided.id IS NULL THEN 'disputed' ELSE 'settled' END,
       coalesce(said.n, 0), coalesce(said.exposed, 0),
       {", ".join(f"coalesce(said.{scale}_votes, array_fill(0, ARRAY[{TOP_LEVEL[scale] + 1}]))" for scale in SCALES)},
       {", ".join(_decided(scale) for scale in SCALES)},
       coalesce(label.adjudication_id, 0) - coalesce(decided.id, 0), {", ".join(f"decided.{scale}" for scale in SCALES)}
FROM said FULL JOIN (SELECT * FROM annotation_label WHERE study_id = %(study)s) label ON label.region_id = said.region_id
LEFT JOIN annotation_adjudication decided
    ON decided.region_id = coalesce(label.region_id, said.region_id) AND decided.withdrawn_at IS NULL
ORDER BY 1
"""  # noqa: S608  the columns are ours


@dataclass(frozen=True, slots=True)
class _Label:
    status: str
    votes: int
    exposed: int | None
    histograms: tuple[tuple[int, ...] | None, ...]
    levels: tuple[int | None, ...]


def replay_labels(study: Study) -> Iterator[list[Difference]]:
    """One list for each label there is or should be, empty when stored label, SQL and Python say the same."""
    rule = Rule(severity_votes=study.severity_votes, severity_top=study.severity_top)
    parameters: Parameters = {
        "study": study.pk,
        "wanted": study.votes_wanted,
        "top": study.severity_top,
        "severity_votes": study.severity_votes,
    }
    for row in _stream(_REPLAY, parameters):
        yield list(_differences(row, rule, study.votes_wanted))


def _stream(statement: str, parameters: Parameters) -> Iterator[tuple[Any, ...]]:
    """Rows through a cursor on the server: constant memory here, one moment of the database."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(statement, parameters)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def _differences(row: tuple[Any, ...], rule: Rule, wanted: int) -> Iterator[Difference]:
    region_id, has_label, opinions, stored_rule = row[:4]
    stored, by_sql, another, decided = _label(row[4:23]), _label(row[23:42]), row[42], row[43:]
    by_python = _decide(_replay(json.loads(opinions) if opinions else [], rule, wanted, by_sql.exposed), decided)
    if not has_label:
        yield Difference(region_id, "label", f"there is none, but there are {by_sql.votes} votes.")
        stored = by_sql
    elif stored_rule != str(rule):
        yield Difference(region_id, "rule", f"the label says {stored_rule!r}, the study {str(rule)!r}.")
    if another:
        yield Difference(region_id, "adjudication", "the label rests on another decision than the one that stands.")
    for subject, *three in _subjects(stored, by_sql, by_python):
        if three[0] != three[1] or three[1] != three[2]:
            yield Difference(region_id, subject, "stored {}, by SQL {}, by Python {}.".format(*three))


def _decide(label: _Label, decided: Sequence[int | None]) -> _Label:
    """The label with the levels a reviewer gave; a decision ends a dispute."""
    if all(level is None for level in decided):
        return label
    levels = zip(SCALES, decided, label.levels, strict=True)
    status = LabelStatus.SETTLED.value if label.status == LabelStatus.DISPUTED else label.status
    said = tuple(voted if level is None else _level_or_none(scale, level) for scale, level, voted in levels)
    return replace(label, status=status, levels=said)


def _level_or_none(scale: str, level: int) -> int | None:
    return None if scale in DISTORTIONS and level == NON_EXISTENT else level


def _subjects(*labels: _Label) -> Iterator[tuple[Any, ...]]:
    for name in ("status", "votes", "exposed"):
        yield name, *(getattr(label, name) for label in labels)
    for place, scale in enumerate(SCALES):
        yield scale, *(_said(label.histograms[place], label.levels[place]) for label in labels)


def _said(histogram: tuple[int, ...] | None, level: int | None) -> str:
    return f"{list(histogram or ())} level {level}"


def _label(columns: Sequence[Any]) -> _Label:
    """From status, votes, exposed votes, eight histograms and eight levels."""
    histograms = tuple(None if votes is None else tuple(votes) for votes in columns[3:11])
    return _Label(columns[0], columns[1], columns[2], histograms, tuple(columns[11:19]))


def _replay(opinions: list[list[int]], rule: Rule, wanted: int, exposed: int | None) -> _Label:
    histograms = histograms_of(opinions)
    tied = any(is_tied(histograms[scale]) for scale in DISTORTIONS)
    enough = LabelStatus.DISPUTED if tied else LabelStatus.SETTLED
    return _Label(
        status=(enough if len(opinions) >= wanted else LabelStatus.OPEN).value,
        votes=len(opinions),
        exposed=exposed,
        histograms=tuple(tuple(histograms[scale]) for scale in SCALES),
        levels=tuple(level_of(scale, histograms[scale], rule) for scale in SCALES),
    )
