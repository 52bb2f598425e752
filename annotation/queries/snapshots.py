"""The rows of a snapshot, streamed in the order of the file: one moment of the database in constant memory."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from annotation.models import Study
from annotation.opinion import SCALES

CHUNK = 500

_ROWS = f"""
SELECT image.id, image.name, image.sha256, image.file, image.media_type, image.byte_size, image.width, image.height,
       image.orientation, image.outside_mos, image.split,
       region.id, region.rle, region.x, region.y, region.width, region.height, region.area, region.level, region.source,
       label.status, label.votes, label.exposed_votes, label.rule, {", ".join(f"label.{scale}_votes" for scale in SCALES)},
       said.votes
FROM annotation_region region
JOIN annotation_image image ON image.id = region.image_id
LEFT JOIN annotation_label label ON label.region_id = region.id
LEFT JOIN LATERAL (
    SELECT json_agg(json_build_array(
        vote.id,
        coalesce(member.pseudonym, 'former-' || substr(md5(study.seed || ':' || vote.annotator_id), 1, 8)),
        json_build_array({", ".join(f"vote.{scale}" for scale in SCALES)}),
        to_char(vote.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        vote.duration_ms, vote.device_pixel_ratio, vote.viewport_width, vote.viewport_height, vote.screen_width,
        vote.screen_height, vote.outline_hidden_ms, vote.client, vote.prelabel_seen, vote.late, vote.surplus,
        to_char(vote.retracted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), seat.reason, seat.probability
    ) ORDER BY vote.id)::text AS votes
    FROM annotation_vote vote
    JOIN annotation_study study ON study.id = vote.study_id
    LEFT JOIN annotation_membership member ON member.study_id = vote.study_id AND member.user_id = vote.annotator_id
    LEFT JOIN annotation_assignment seat ON seat.vote_id = vote.id AND seat.region_id = region.id
    WHERE vote.region_id = region.id
) said ON true
WHERE region.study_id = %s AND region.status = 'accepted'
ORDER BY image.name COLLATE "C", image.id, region.id
"""  # noqa: S608  the columns are ours

_STUDY = "SELECT slug, name, severity_votes, severity_top, votes_wanted FROM annotation_study WHERE id = %s"
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


def study_facts(reader: BaseDatabaseWrapper, study: Study) -> tuple[str, str, str, int, int]:
    """Slug, name, severity votes, severity top, votes wanted."""
    with reader.cursor() as cursor:
        cursor.execute(_STUDY, [study.pk])
        row: tuple[str, str, str, int, int] | None = cursor.fetchone()
    if row is None:
        raise Study.DoesNotExist
    return row


def rows_in(reader: BaseDatabaseWrapper, study: Study) -> int:
    """Accepted regions and the votes on them."""
    with reader.cursor() as cursor:
        cursor.execute(_SIZE, {"study": study.pk})
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def snapshot_rows(reader: BaseDatabaseWrapper, study: Study) -> Iterator[tuple[tuple[Any, ...], ...]]:
    """Image facts, region facts, label facts, histograms and votes of each accepted region; labels may be all None."""
    with reader.chunked_cursor() as cursor:
        cursor.execute(_ROWS, [study.pk])
        while rows := cursor.fetchmany(CHUNK):
            for row in rows:
                votes = tuple(json.loads(row[-1])) if row[-1] else ()
                yield row[:11], row[11:20], row[20:24], row[24:-1], votes
