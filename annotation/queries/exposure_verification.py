"""Does what votes say of prelabels they saw agree with the log of what was shown to whom?"""

from collections.abc import Iterator

from django.db import connection

from annotation.enums import Arm, PrelabelSeen
from annotation.models import Study
from annotation.queries.verification import Difference

# A look is written before the guess is shown, under the lock of the region that a vote takes too: what one saw lies before it.
_SHOWN = f"""
SELECT shown.prelabel_id FROM annotation_exposure shown
WHERE shown.region_id = vote.region_id AND shown.annotator_id = vote.annotator_id AND shown.arm = '{Arm.SHOWN}'
  AND shown.created_at <= vote.created_at
"""  # noqa: S608  the words are ours
_SEEN_BUT_NOT_SHOWN = f"""
SELECT vote.region_id, 'vote ' || vote.id, 'it saw a prelabel, but none was shown to this person before.'
FROM annotation_vote vote
WHERE vote.study_id = %s AND vote.prelabel_seen = '{PrelabelSeen.BEFORE_VOTE}' AND NOT EXISTS ({_SHOWN})
ORDER BY vote.region_id, vote.id
"""  # noqa: S608  the words are ours
_SHOWN_BUT_NOT_SEEN = f"""
SELECT vote.region_id, 'vote ' || vote.id, 'it says that it saw nothing, but a prelabel had been shown to this person.'
FROM annotation_vote vote
WHERE vote.study_id = %s AND vote.prelabel_seen = '{PrelabelSeen.NOTHING}' AND EXISTS ({_SHOWN})
ORDER BY vote.region_id, vote.id
"""  # noqa: S608  the words are ours
_ANOTHER_SEEN = f"""
SELECT vote.region_id, 'vote ' || vote.id,
       'it saw prelabel ' || vote.prelabel_id || ', which was not the last that was shown to this person.'
FROM annotation_vote vote
WHERE vote.study_id = %s AND vote.prelabel_id IS NOT NULL AND EXISTS ({_SHOWN})
  AND vote.prelabel_id <> ({_SHOWN} ORDER BY shown.id DESC LIMIT 1)
ORDER BY vote.region_id, vote.id
"""  # noqa: S608  the words are ours
_STATEMENTS = (_SEEN_BUT_NOT_SHOWN, _SHOWN_BUT_NOT_SEEN, _ANOTHER_SEEN)


def exposure_differences(study: Study) -> Iterator[Difference]:
    """Rows are few unless something is badly wrong, so they are not streamed."""
    with connection.cursor() as cursor:
        for statement in _STATEMENTS:
            cursor.execute(statement, [study.pk])
            for region_id, subject, message in cursor.fetchall():
                yield Difference(region_id, subject, message)
