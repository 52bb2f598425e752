"""The rows of a snapshot, streamed in the order of the file: one moment of the database in constant memory."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, NamedTuple

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from annotation.aggregation.noise import Kinds
from annotation.models import Study
from annotation.opinion import SCALES
from annotation.queries.noise import kinds_in

CHUNK = 500

_TIME = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_BY_NAME = ", ".join(f"'{scale}', {scale}" for scale in SCALES)
_ROWS = f"""
SELECT image.id, image.name, image.sha256, image.file, image.media_type, image.byte_size, image.width, image.height,
       image.orientation, image.outside_mos, image.split,
       region.id, region.rle, region.x, region.y, region.width, region.height, region.area, region.level, region.source,
       label.status, label.votes, label.exposed_votes, label.rule, {", ".join(f"label.{scale}_votes" for scale in SCALES)},
       decided.decision, golden.levels, said.votes
FROM annotation_region region
JOIN annotation_image image ON image.id = region.image_id
LEFT JOIN annotation_label label ON label.region_id = region.id
LEFT JOIN LATERAL (
    SELECT json_build_object('levels', json_strip_nulls(json_build_object({_BY_NAME})), 'reason', reason,
                             'created_at', {_TIME.format("created_at")})::text AS decision
    FROM annotation_adjudication WHERE id = label.adjudication_id
) decided ON true
LEFT JOIN LATERAL (
    SELECT ARRAY[{", ".join(SCALES)}] AS levels FROM annotation_gold WHERE region_id = region.id
) golden ON true
LEFT JOIN LATERAL (
    SELECT json_agg(json_build_array(
        vote.id,
        coalesce(member.pseudonym, 'former-' || substr(md5(study.seed || ':' || vote.annotator_id), 1, 8)),
        json_build_array({", ".join(f"vote.{scale}" for scale in SCALES)}),
        {_TIME.format("vote.created_at")},
        vote.duration_ms, vote.device_pixel_ratio, vote.viewport_width, vote.viewport_height, vote.screen_width,
        vote.screen_height, vote.outline_hidden_ms, vote.client, vote.prelabel_seen, vote.late, vote.surplus,
        {_TIME.format("vote.retracted_at")}, seat.reason, seat.probability, vote.purpose, excluded.id IS NOT NULL,
        vote.codebook, sitting.number, vote.position, vote.row_order, vote.whole_view_ms, vote.region_view_ms,
        vote.zoom_events, vote.away_ms, vote.edits, vote.full_window, vote.page_build
    ) ORDER BY vote.id)::text AS votes
    FROM annotation_vote vote
    JOIN annotation_study study ON study.id = vote.study_id
    LEFT JOIN annotation_membership member ON member.study_id = vote.study_id AND member.user_id = vote.annotator_id
    LEFT JOIN annotation_assignment seat ON seat.vote_id = vote.id AND seat.region_id = region.id
    LEFT JOIN annotation_sitting sitting ON sitting.id = vote.sitting_id
    LEFT JOIN annotation_exclusion excluded
        ON excluded.study_id = vote.study_id AND excluded.annotator_id = vote.annotator_id AND excluded.lifted_at IS NULL
    WHERE vote.region_id = region.id
) said ON true
WHERE region.study_id = %s AND region.status = 'accepted'
ORDER BY image.name COLLATE "C", image.id, region.id
"""  # noqa: S608  the columns are ours

_STUDY = """
SELECT study.slug, study.name, study.severity_votes, study.severity_top, study.votes_wanted, study.codebook,
       (to_jsonb(protocol) - 'study_id')::text
FROM annotation_study study LEFT JOIN annotation_protocol protocol ON protocol.study_id = study.id WHERE study.id = %s
"""
# Whoever has said something, in the order of their pseudonyms, which tells nothing of the order in which they came.
_PEOPLE = f"""
SELECT json_build_object(
    'annotator', member.pseudonym,
    'checks', (SELECT count(*) FROM annotation_viewingcheck WHERE study_id = member.study_id AND annotator_id = member.user_id),
    'checks_passed', (SELECT count(*) FROM annotation_viewingcheck
                      WHERE study_id = member.study_id AND annotator_id = member.user_id AND passed),
    'sittings', (SELECT count(*) FROM annotation_sitting WHERE study_id = member.study_id AND annotator_id = member.user_id),
    'exams', (SELECT count(*) FROM annotation_exam
              WHERE study_id = member.study_id AND annotator_id = member.user_id AND kind = 'exam'),
    'exams_passed', (SELECT count(*) FROM annotation_exam
                     WHERE study_id = member.study_id AND annotator_id = member.user_id AND kind = 'exam' AND passed),
    'exclusions', (SELECT coalesce(json_agg(json_build_object('reason', reason, 'created_at', {_TIME.format("created_at")},
                       'lifted_at', {_TIME.format("lifted_at")}, 'lifted_reason', lifted_reason) ORDER BY id), '[]'::json)
                   FROM annotation_exclusion WHERE study_id = member.study_id AND annotator_id = member.user_id)
)::text
FROM annotation_membership member
WHERE member.study_id = %s AND EXISTS (
    SELECT FROM annotation_vote vote WHERE vote.study_id = member.study_id AND vote.annotator_id = member.user_id)
ORDER BY member.pseudonym COLLATE "C"
"""  # noqa: S608  the parts are ours
# Adaptive votes: what was asked for in all (no rule), then by rule; a request may have several rules.
_REQUESTS = """
SELECT coalesce(asked.rule, ''), sum(request.seats), count(DISTINCT request.region_id),
       min(request.created_at AT TIME ZONE 'UTC')::date::text, max(request.created_at AT TIME ZONE 'UTC')::date::text
FROM annotation_seatrequest request
CROSS JOIN LATERAL (SELECT unnest(request.reasons) UNION ALL SELECT NULL) asked(rule)
WHERE request.study_id = %s GROUP BY 1 ORDER BY coalesce(asked.rule, '') COLLATE "C"
"""
_REQUEST_KEYS = ("rule", "seats", "regions", "first", "last")
_SIZE = """
SELECT (SELECT count(*) FROM annotation_region WHERE study_id = %(study)s AND status = 'accepted')
     + (SELECT count(*) FROM annotation_vote vote JOIN annotation_region region ON region.id = vote.region_id
        WHERE vote.study_id = %(study)s AND region.status = 'accepted')
"""


@contextmanager
def one_moment() -> Iterator[BaseDatabaseWrapper]:
    """A connection that sees the database as it is now, and goes on seeing just that.

    It is a second one, so that the caller can write signs of life meanwhile; inside a caller's own transaction it is
    the caller's, since another would not see what that transaction has done.
    """
    if connection.in_atomic_block:
        yield connection
        return
    with closing(connection.copy()) as reader:
        reader.set_autocommit(False)
        with reader.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        try:
            yield reader
        finally:
            reader.rollback()


class StudyFacts(NamedTuple):
    """`protocol` has the settings by name; `people` and `requests` are objects as a snapshot has them; `kinds` tell of the
    panel's noise."""

    slug: str
    name: str
    severity_votes: str
    severity_top: int
    votes_wanted: int
    codebook: int
    protocol: dict[str, Any] | None
    people: list[dict[str, Any]]
    kinds: Kinds
    requests: list[dict[str, Any]]


def study_facts(reader: BaseDatabaseWrapper, study: Study) -> StudyFacts:
    """Raises Study.DoesNotExist."""
    with reader.cursor() as cursor:
        cursor.execute(_STUDY, [study.pk])
        row = cursor.fetchone()
        if row is None:
            raise Study.DoesNotExist
        cursor.execute(_PEOPLE, [study.pk])
        people = [json.loads(text) for (text,) in cursor.fetchall()]
        cursor.execute(_REQUESTS, [study.pk])
        requests = [dict(zip(_REQUEST_KEYS, found, strict=True)) for found in cursor.fetchall()]
    slug, name, votes, top, wanted, codebook, protocol = row
    settings, kinds = json.loads(protocol) if protocol else None, kinds_in(reader, study.pk)
    return StudyFacts(slug, name, votes, top, wanted, codebook, settings, people, kinds, requests)


def rows_in(reader: BaseDatabaseWrapper, study: Study) -> int:
    """Accepted regions and the votes on them."""
    with reader.cursor() as cursor:
        cursor.execute(_SIZE, {"study": study.pk})
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def snapshot_rows(reader: BaseDatabaseWrapper, study: Study) -> Iterator[tuple[tuple[Any, ...], ...]]:
    """Image facts, region facts, label facts, histograms, decision and gold, and votes of each accepted region.

    Labels may be all None.
    """
    with reader.chunked_cursor() as cursor:
        cursor.execute(_ROWS, [study.pk])
        while rows := cursor.fetchmany(CHUNK):
            for row in rows:
                votes = tuple(json.loads(row[-1])) if row[-1] else ()
                decided = json.loads(row[-3]) if row[-3] else None
                yield row[:11], row[11:20], row[20:24], row[24:-3], (decided, row[-2]), votes
