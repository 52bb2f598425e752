"""Prelabels: which image a worker looks at next, and what its model said."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import log

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import F
from django.db.models.functions import Greatest

from annotation.models import Image, ModelVersion, Prelabel, Region
from annotation.scales import DISTORTIONS, SCALES

ATTEMPTS = 3
CLAIM_MINUTES = 5

_CLAIM = """
WITH due AS MATERIALIZED (
    SELECT image.id FROM annotation_image image
    WHERE image.prelabel_due AND image.prelabel_attempts BETWEEN %s AND %s
      AND image.study_id IN (
          SELECT id FROM annotation_study WHERE active_version_id IS NOT NULL AND active_version_id <> ALL(%s))
      AND (image.prelabel_claimed_at IS NULL OR image.prelabel_claimed_at < now() - make_interval(mins => %s))
    ORDER BY image.id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE annotation_image image SET prelabel_claimed_at = now(), prelabel_attempts = prelabel_attempts + 1
FROM due WHERE image.id = due.id
RETURNING image.id
"""
_GIVE_UP = """
UPDATE annotation_image SET prelabel_due = false, prelabel_error = 'The worker died on this image every time it was tried.'
WHERE prelabel_due AND prelabel_attempts >= %s AND prelabel_claimed_at < now() - make_interval(mins => %s)
"""
_DONE = """
UPDATE annotation_image image SET prelabel_due = false, prelabel_claimed_at = NULL, prelabel_attempts = 0
FROM annotation_study study
WHERE image.id = %s AND study.id = image.study_id AND study.active_version_id = %s
  AND NOT EXISTS (
      SELECT 1 FROM annotation_region region
      WHERE region.image_id = image.id AND region.status = 'accepted'
        AND NOT EXISTS (
            SELECT 1 FROM annotation_prelabel prelabel
            WHERE prelabel.region_id = region.id AND prelabel.version_id = study.active_version_id))
"""

# Plain SQL, since it costs a worker less than half of what building the same statement anew for each image does.
_WITHOUT = """
SELECT region.id, region.rle FROM annotation_region region
WHERE region.image_id = %s AND region.status = 'accepted' AND NOT EXISTS (
    SELECT 1 FROM annotation_prelabel prelabel WHERE prelabel.region_id = region.id AND prelabel.version_id = %s)
ORDER BY region.id
"""
_VOTES_OF_NEW = """
SELECT region.id, count(vote.id) FROM annotation_region region
LEFT JOIN annotation_vote vote ON vote.region_id = region.id AND vote.retracted_at IS NULL
WHERE region.id = ANY(%s) AND NOT EXISTS (
    SELECT 1 FROM annotation_prelabel prelabel WHERE prelabel.region_id = region.id AND prelabel.version_id = %s)
GROUP BY region.id ORDER BY region.id
"""


@dataclass(frozen=True, slots=True)
class Guess:
    """What a model says about a region: for each of SCALES the probabilities of its levels, lowest first."""

    levels: Mapping[str, Sequence[float]]
    undistorted: float
    flags: Sequence[str] = ()

    def uncertainty(self) -> float:
        """The mean of the eight entropies, each as a share of the most it could be."""
        shares = [
            -sum(p * log(p) for p in self.levels[scale] if p > 0) / log(len(self.levels[scale])) for scale in SCALES
        ]
        return min(max(sum(shares) / len(shares), 0.0), 1.0)


def claim_images_to_prelabel(*, limit: int, without: Collection[int] = ()) -> list[Image]:
    """Images with regions that the study's active version has not judged, which no other worker is looking at; none of
    studies whose active version is among `without`.

    One that killed its worker three times is given up; a claim that is five minutes old is somebody else's. Which image of
    a claim killed its worker is not known, so each is tried again alone, after all others: no image is blamed for its
    neighbour.
    """
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_UP, [ATTEMPTS, CLAIM_MINUTES])
        ids = _claimed(cursor, (0, 0), limit, without) or _claimed(cursor, (1, ATTEMPTS - 1), 1, without)
    return list(Image.objects.select_related("study__active_version").filter(pk__in=ids).order_by("pk"))


def _claimed(cursor: CursorWrapper, attempts: tuple[int, int], limit: int, without: Collection[int]) -> list[int]:
    """Image ids; `attempts` is how often they were tried before, at least and at most."""
    cursor.execute(_CLAIM, [*attempts, list(without), CLAIM_MINUTES, limit])
    return [row[0] for row in cursor.fetchall()]


def regions_to_prelabel(*, image: Image, version: ModelVersion) -> list[Region]:
    """Accepted regions of the image without a prelabel by this version."""
    return list(Region.objects.raw(_WITHOUT, [image.pk, version.pk]))


def store_prelabels(*, image: Image, version: ModelVersion, guesses: Mapping[int, Guess]) -> int:
    """What the model said, by region; how many are new. The image is done when no accepted region lacks one.

    A region that was accepted meanwhile, or a version promoted meanwhile, leaves the image due.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")  # if the server crashes, rows and doneness go together
        votes = _votes_of_new(list(guesses), version)
        rows = [_row(region, version, guesses[region], said) for region, said in votes.items()]
        Prelabel.objects.bulk_create(rows, ignore_conflicts=True)
        # This locks the image's row, so that the next statement sees all that was accepted before.
        Image.objects.filter(pk=image.pk).update(prelabel_claimed_at=None)
        cursor.execute(_DONE, [image.pk, version.pk])
        return len(rows)


def fail_prelabels(*, image: Image, reason: str) -> None:
    """The image alone failed; the reason is shown on its page."""
    Image.objects.filter(pk=image.pk).update(prelabel_due=False, prelabel_claimed_at=None, prelabel_error=reason[:400])


def release_images(*, images: Sequence[Image]) -> None:
    """Nothing was wrong with them; this try does not count."""
    before = Greatest(F("prelabel_attempts") - 1, 0)
    Image.objects.filter(pk__in=[image.pk for image in images]).update(
        prelabel_claimed_at=None, prelabel_attempts=before
    )


def want_prelabels(*, image: Image) -> None:
    """A region has come into the study."""
    Image.objects.filter(pk=image.pk).update(prelabel_due=True, prelabel_attempts=0, prelabel_error="")


def _votes_of_new(regions: Sequence[int], version: ModelVersion) -> dict[int, int]:
    """Standing votes of each region that the version has not judged."""
    with connection.cursor() as cursor:
        cursor.execute(_VOTES_OF_NEW, [list(regions), version.pk])
        return dict(cursor.fetchall())


def _row(region: int, version: ModelVersion, guess: Guess, votes: int) -> Prelabel:
    return Prelabel(
        region_id=region,
        version=version,
        quality=list(guess.levels["quality"]),
        importance=list(guess.levels["importance"]),
        distortions=[share for name in DISTORTIONS for share in guess.levels[name]],
        undistorted=guess.undistorted,
        uncertainty=guess.uncertainty(),
        flags=list(guess.flags),
        votes_before=votes,
    )
