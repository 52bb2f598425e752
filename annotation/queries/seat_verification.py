"""Do seats, votes and labels agree? A counted vote has one seat of its own, a closed seat a counted vote of its person, and
nowhere are there fewer votes and open seats than the study wants.
"""

from collections.abc import Iterator

from django.db import connection

from annotation.models import Study
from annotation.queries.live import LIVE
from annotation.queries.verification import Difference

_VOTES_WITHOUT_SEAT = """
SELECT vote.region_id, 'vote ' || vote.id, 'it counts, but has no seat of the same person in the same region.'
FROM annotation_vote vote
LEFT JOIN annotation_assignment seat
    ON seat.vote_id = vote.id AND seat.region_id = vote.region_id AND seat.annotator_id = vote.annotator_id
WHERE vote.study_id = %s AND vote.retracted_at IS NULL AND NOT vote.surplus AND seat.id IS NULL
ORDER BY vote.region_id, vote.id
"""
_SEATS_WITHOUT_VOTE = """
SELECT seat.region_id, 'seat ' || seat.number, CASE
    WHEN vote.retracted_at IS NOT NULL THEN 'it is closed by a vote that was retracted.'
    WHEN vote.surplus THEN 'it is closed by a surplus vote.'
    ELSE 'it is closed by a vote of another person or region.' END
FROM annotation_assignment seat JOIN annotation_vote vote ON vote.id = seat.vote_id
WHERE seat.study_id = %s AND seat.purpose = 'label' AND (vote.retracted_at IS NOT NULL OR vote.surplus
    OR vote.annotator_id <> seat.annotator_id OR vote.region_id <> seat.region_id)
ORDER BY seat.region_id, seat.number
"""
_OVER_QUOTA = """
SELECT vote.region_id, 'seats', count(*) || ' votes count, but there are ' || coalesce(min(seats.made), 0) || ' seats.'
FROM annotation_vote vote
LEFT JOIN (SELECT region_id, count(*) AS made FROM annotation_assignment
           WHERE purpose = 'label' GROUP BY region_id) seats
    ON seats.region_id = vote.region_id
WHERE vote.study_id = %s AND vote.retracted_at IS NULL AND NOT vote.surplus
GROUP BY vote.region_id HAVING count(*) > coalesce(min(seats.made), 0) ORDER BY vote.region_id
"""
_UNDER_QUOTA = f"""
SELECT region.id, 'seats', coalesce(said.votes, 0) || ' votes count and ' || coalesce(seats.open, 0)
       || ' seats are open, but ' || study.votes_wanted || ' votes are wanted.'
FROM annotation_region region JOIN annotation_study study ON study.id = region.study_id
LEFT JOIN (SELECT region_id, count(*) AS votes FROM annotation_vote vote WHERE {LIVE} GROUP BY region_id) said
    ON said.region_id = region.id
LEFT JOIN (SELECT region_id, count(*) AS open FROM annotation_assignment
           WHERE purpose = 'label' AND vote_id IS NULL GROUP BY region_id) seats
    ON seats.region_id = region.id
WHERE region.study_id = %s AND region.status = 'accepted'
  AND coalesce(said.votes, 0) + coalesce(seats.open, 0) < study.votes_wanted
  AND NOT EXISTS (SELECT FROM annotation_gold gold WHERE gold.region_id = region.id)
ORDER BY region.id
"""  # noqa: S608  the words are ours
_TWO_OF_ONE_PERSON = """
SELECT region_id, 'votes', 'one person has ' || count(*) || ' that stand.'
FROM annotation_vote WHERE study_id = %s AND retracted_at IS NULL AND purpose = 'label'
GROUP BY region_id, annotator_id HAVING count(*) > 1 ORDER BY region_id
"""
_LABELS_FROM_NOWHERE = """
SELECT label.region_id, 'label', 'it is there, but nobody ever voted.'
FROM annotation_label label
WHERE label.study_id = %s AND NOT EXISTS (SELECT 1 FROM annotation_vote vote WHERE vote.region_id = label.region_id)
ORDER BY label.region_id
"""
_CHECKS_WITH_ANOTHER_VOTE = """
SELECT seat.region_id, 'check ' || seat.id, 'it is closed by a vote that was retracted or is not its own.'
FROM annotation_assignment seat JOIN annotation_vote vote ON vote.id = seat.vote_id
WHERE seat.study_id = %s AND seat.purpose <> 'label' AND (vote.retracted_at IS NOT NULL OR vote.purpose <> seat.purpose
    OR vote.annotator_id <> seat.annotator_id OR vote.region_id <> seat.region_id)
ORDER BY seat.region_id, seat.id
"""
_STATEMENTS = (
    _VOTES_WITHOUT_SEAT,
    _SEATS_WITHOUT_VOTE,
    _OVER_QUOTA,
    _UNDER_QUOTA,
    _TWO_OF_ONE_PERSON,
    _LABELS_FROM_NOWHERE,
    _CHECKS_WITH_ANOTHER_VOTE,
)


def seat_differences(study: Study) -> Iterator[Difference]:
    """Rows are few unless something is badly wrong, so they are not streamed."""
    with connection.cursor() as cursor:
        for statement in _STATEMENTS:
            cursor.execute(statement, [study.pk])
            for region_id, subject, message in cursor.fetchall():
                yield Difference(region_id, subject, message)
