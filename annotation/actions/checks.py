"""Seats and votes that are about the person who rates: warm-up, hidden repeat, hidden gold, training and exam.

What is said from them is kept as surplus, and answered like any other vote: nobody can tell them apart by the answer.
"""

from uuid import UUID

from annotation.actions.ballot_box import put_in_check
from annotation.actions.labels import rehearse_label
from annotation.actions.votes import Cast, DisplayFacts
from annotation.enums import Purpose
from annotation.errors import Conflict
from annotation.models import Assignment, Exam, Region, Study, User, Vote
from annotation.opinion import Opinion
from annotation.queries.check_seats import check_seat_in
from annotation.queries.hot_rows import SHOWN_SEAT, CountedVote, shown_seat
from annotation.queries.statements import Statement, Value

_MAKE = Statement(f"""
WITH made AS (
    INSERT INTO annotation_assignment
        (study_id, region_id, number, place, annotator_id, leased_at, leased_until, purpose, exam_id)
    VALUES (%(study)s, %(region)s, 0, 0, %(annotator)s, statement_timestamp(),
            statement_timestamp() + make_interval(mins => %(minutes)s), %(purpose)s, %(exam)s)
    ON CONFLICT (region_id, annotator_id) WHERE vote_id IS NULL AND NOT (purpose = 'label')
    DO UPDATE SET leased_at = EXCLUDED.leased_at, leased_until = EXCLUDED.leased_until
        WHERE annotation_assignment.purpose = EXCLUDED.purpose
          AND annotation_assignment.exam_id IS NOT DISTINCT FROM EXCLUDED.exam_id
    RETURNING *
)
SELECT {SHOWN_SEAT} FROM made seat
JOIN annotation_region region ON region.id = seat.region_id JOIN annotation_image image ON image.id = region.image_id
""")  # noqa: S608  the columns are ours


def make_check_seat(
    *, study: Study, annotator: User, region: Region, purpose: Purpose, exam: Exam | None = None
) -> Assignment:
    """A seat for this person alone, leased at once; the open one there is for the same purpose is leased anew.

    Raises Conflict while the person has an open check of another purpose on this region.
    """
    what: dict[str, Value] = {"region": region.pk, "purpose": purpose, "exam": exam.pk if exam else None}
    row = _MAKE.row({"study": study.pk, "annotator": annotator.pk, "minutes": study.lease_minutes, **what})
    if row is None:
        raise Conflict("This person has another check open on this region; choose another region.", code="check_open")
    seat = shown_seat(row)
    seat.study = study
    return seat


def check_into(
    region: Region,
    *,
    annotator: User,
    seat_id: int,
    opinion: Opinion,
    idempotency_key: UUID,
    facts: DisplayFacts,
    codebook: int | None = None,
) -> Cast:
    """Stores what was said from a check's seat. Casting again with the same key returns the first vote.

    The caller holds the region's lock, in `stored_once`. Raises Conflict when the seat was voted from with another key, or the
    key belongs to another seat.
    """
    seat, said_id = check_seat_in(region, seat_id=seat_id, annotator_id=annotator.pk, key=idempotency_key)
    if seat.vote_id not in {None, said_id}:
        raise Conflict("You have voted on this region; take that vote back to vote anew.", code="already_voted")
    if said_id is not None:
        return Cast(Vote.objects.get(pk=said_id), created=False)
    from annotation.actions.exams import lock_exam, note_answer  # exams make their seats here

    if seat.exam_id is not None:
        lock_exam(seat.exam_id)  # before the seat, as where seats are handed out
    shown = {"codebook": codebook, **{name: getattr(facts, name) for name in DisplayFacts.__slots__}}
    vote = put_in_check(seat=seat, key=idempotency_key, opinion=opinion, facts=shown)
    if seat.exam_id is not None:
        note_answer(exam_id=seat.exam_id, vote=vote)
    else:  # how long the answer takes is not to tell a hidden check
        rehearse_label(region=region, votes=[CountedVote(opinion.levels(), exposed=False)])
    return Cast(vote, created=True)
