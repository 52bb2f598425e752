"""Which image a worker proposes regions for: claimed for some minutes, tried a few times, then left with its error."""

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import F
from django.db.models.functions import Greatest

from annotation.actions.deeds import note
from annotation.enums import DeedKind
from annotation.models import Image, User

ATTEMPTS = 3
CLAIM_MINUTES = 5

# Materialized: as a plain subquery it may run once per image, and each run would lock and claim further ones.
_CLAIM = """
WITH due AS MATERIALIZED (
    SELECT id FROM annotation_image
    WHERE proposed_at IS NULL AND proposal_error = '' AND proposal_attempts BETWEEN %s AND %s
      AND (proposal_claimed_at IS NULL OR proposal_claimed_at < now() - make_interval(mins => %s))
    ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE annotation_image image SET proposal_claimed_at = now(), proposal_attempts = proposal_attempts + 1
FROM due WHERE image.id = due.id
RETURNING image.id
"""
_GIVE_UP = """
UPDATE annotation_image SET proposal_error = 'The worker died on this image every time it was tried.'
WHERE proposed_at IS NULL AND proposal_error = '' AND proposal_attempts >= %s
  AND proposal_claimed_at < now() - make_interval(mins => %s)
"""


def claim_images(*, limit: int) -> list[Image]:
    """Images nobody else is proposing for, oldest first. One that killed its worker three times is given up.

    Which image of a claim killed its worker is not known, so each is tried again alone, after all others: no image is
    blamed for its neighbour.
    """
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_UP, [ATTEMPTS, CLAIM_MINUTES])
        ids = _claimed(cursor, (0, 0), limit) or _claimed(cursor, (1, ATTEMPTS - 1), 1)
    return list(Image.objects.select_related("study").filter(pk__in=ids).order_by("pk"))


def release_claims(*, images: Sequence[Image]) -> None:
    """Nobody has begun with them; this try does not count."""
    before = Greatest(F("proposal_attempts") - 1, 0)
    Image.objects.filter(pk__in=[image.pk for image in images]).update(
        proposal_claimed_at=None, proposal_attempts=before
    )


def fail_proposal(*, image: Image, reason: str) -> None:
    """The image alone failed; the reason is shown on its page."""
    Image.objects.filter(pk=image.pk).update(proposal_error=reason[:400])


def retry_proposal(*, image: Image, by: User | None = None) -> None:
    """Forgets the error, so that a worker tries again."""
    afresh = {"proposal_error": "", "proposal_attempts": 0, "proposal_claimed_at": None}
    with transaction.atomic():
        if Image.objects.filter(pk=image.pk, proposed_at=None).update(**afresh):
            kind = DeedKind.PROPOSED_AGAIN
            note(study_id=image.study_id, kind=kind, by=by, subject=image.name, target=image.pk)


def _claimed(cursor: CursorWrapper, attempts: tuple[int, int], limit: int) -> list[int]:
    """Image ids; `attempts` is how often they were tried before, at least and at most."""
    cursor.execute(_CLAIM, [*attempts, CLAIM_MINUTES, limit])
    return [row[0] for row in cursor.fetchall()]
