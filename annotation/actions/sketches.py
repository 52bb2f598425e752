"""Sketches: clicks in, a mask out, answered by the interactive queue."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from annotation.actions import jobs
from annotation.enums import JobStatus
from annotation.errors import InvalidInput
from annotation.masks import Mask
from annotation.models import Image, Sketch, User

MOST_CLICKS = 50
KEPT = timedelta(days=1)
Click = tuple[int, int, bool]


def request_sketch(*, image: Image, clicks: Sequence[Click], by: User) -> Sketch:
    """Asks for a mask. Raises InvalidInput without a positive click, with too many, or with one outside the image."""
    if not any(positive for _, _, positive in clicks):
        raise InvalidInput("A sketch needs at least one positive click.")
    if len(clicks) > MOST_CLICKS:
        raise InvalidInput(f"A sketch takes at most {MOST_CLICKS} clicks, not {len(clicks)}.")
    for x, y, _ in clicks:
        if not (0 <= x < image.width and 0 <= y < image.height):
            raise InvalidInput(f"The click {x},{y} is outside the image of {image.width}×{image.height} pixels.")
    return Sketch.objects.create(image=image, requested_by=by, total=1, clicks=Sketch.join_points(clicks))


def claim_sketch() -> Sketch | None:
    """The oldest that waits, or whose worker died, marked as running; None when there is none."""
    return jobs.claim(Sketch)


def answer_sketch(*, sketch: Sketch, mask: Mask) -> None:
    Sketch.objects.filter(pk=sketch.pk).update(status=JobStatus.DONE, rle=mask.rle, done=1, finished_at=timezone.now())


def fail_sketch(*, sketch: Sketch, reason: str) -> None:
    Sketch.objects.filter(pk=sketch.pk).update(status=JobStatus.FAILED, error=reason[:400], finished_at=timezone.now())


def forget_sketches() -> int:
    """Removes those older than a day: a region that was made of one has its own mask. How many."""
    return Sketch.objects.filter(requested_at__lt=timezone.now() - KEPT).delete()[0]
