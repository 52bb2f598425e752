"""Sketches: clicks in, a mask out, answered by the interactive queue."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from annotation.enums import JobStatus
from annotation.errors import InvalidInput
from annotation.masks import Mask
from annotation.models import Image, Sketch, User

MOST_CLICKS = 50
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
    """The oldest waiting sketch, marked as running; None when nothing waits."""
    with transaction.atomic():
        waiting = Sketch.objects.filter(status=JobStatus.QUEUED).order_by("pk")
        sketch = waiting.select_related("image").select_for_update(of=("self",), skip_locked=True).first()
        if sketch is None:
            return None
        now = timezone.now()
        Sketch.objects.filter(pk=sketch.pk).update(
            status=JobStatus.RUNNING, started_at=now, heartbeat_at=now, attempts=1
        )
        return sketch


def answer_sketch(*, sketch: Sketch, mask: Mask) -> None:
    Sketch.objects.filter(pk=sketch.pk).update(status=JobStatus.DONE, rle=mask.rle, done=1, finished_at=timezone.now())


def fail_sketch(*, sketch: Sketch, reason: str) -> None:
    Sketch.objects.filter(pk=sketch.pk).update(status=JobStatus.FAILED, error=reason[:400], finished_at=timezone.now())
