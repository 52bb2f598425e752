"""Click anywhere: somebody points at a place in a picture; the mask, what the model says of it and its sentences follow."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from annotation.actions.jobs import JobStopped, claim, finish
from annotation.actions.prelabels import Guess
from annotation.actions.sketches import MOST_CLICKS, Click
from annotation.enums import JobStatus
from annotation.errors import Conflict, InvalidInput
from annotation.masks import Mask
from annotation.models import Assessment, Image, ModelVersion, Picture, Sketch, Study, User
from annotation.scales import DISTORTIONS

Box = tuple[int, int, int, int]

MASK, JUDGEMENT, SENTENCES = 1, 2, 3
"""What `done` counts, in the order in which it comes."""
MOST_WAITING = 20
KEPT = timedelta(days=1)
_UNFINISHED = (JobStatus.QUEUED, JobStatus.RUNNING)


def request_assessment(
    *, study: Study, of: Image | Picture, clicks: Sequence[Click] = (), box: Box | None = None, by: User
) -> Assessment:
    """Asks the study's active version about the region meant by clicks or by a box (x, y, width, height).

    Raises InvalidInput for clicks or a box that make no sense, Conflict without an active version or when too many of the
    person's questions wait.
    """
    if bool(clicks) == (box is not None):
        raise InvalidInput("Give either clicks or a box.")
    check_clicks(clicks, of) if box is None else check_box(box, of)
    with _hastily():
        return Assessment.objects.create(
            study=study,
            version=_active_version(study),
            image=of if isinstance(of, Image) else None,
            picture=of if isinstance(of, Picture) else None,
            clicks=Sketch.join_points(clicks),
            box=list(box) if box else None,
            requested_by=_with_room(by),
            total=SENTENCES,
        )


def check_clicks(clicks: Sequence[Click], of: Image | Picture) -> None:
    if not any(positive for _, _, positive in clicks):
        raise InvalidInput("At least one click must be inside the region.")
    if len(clicks) > MOST_CLICKS:
        raise InvalidInput(f"At most {MOST_CLICKS} clicks are taken, not {len(clicks)}.")
    for x, y, _ in clicks:
        if not (0 <= x < of.width and 0 <= y < of.height):
            raise InvalidInput(f"The click {x},{y} is outside the image of {of.width}×{of.height} pixels.")


def check_box(box: Box, of: Image | Picture) -> None:
    x, y, width, height = box
    if x < 0 or y < 0 or width < 1 or height < 1 or x + width > of.width or y + height > of.height:
        raise InvalidInput(
            f"The box {x},{y},{width},{height} (x, y, width, height) is not inside the image of "
            f"{of.width}×{of.height} pixels."
        )


def claim_assessment() -> Assessment | None:
    """The oldest that waits, now this worker's; None when there is none."""
    with _hastily():
        return claim(Assessment)


def picture_of(assessment: Assessment) -> Image | Picture:
    """What it is about; a constraint of the table sees to it that there is one."""
    of = assessment.image or assessment.picture
    if of is None:
        raise ValueError("An assessment is of an image or a picture.")
    return of


def prompt_of(assessment: Assessment) -> tuple[list[Click], Box | None]:
    """Its clicks as x, y, positive, or its box."""
    if assessment.box is None:
        return Sketch(clicks=assessment.clicks).points(), None
    x, y, width, height = assessment.box
    return [], (x, y, width, height)


def store_mask(*, assessment: Assessment, mask: Mask) -> None:
    """Shown while the rest is still to come. Raises JobStopped when the assessment is no longer this worker's."""
    _advance(assessment, MASK, rle=mask.rle)


def store_judgement(*, assessment: Assessment, guess: Guess) -> None:
    """Raises JobStopped."""
    _advance(
        assessment,
        JUDGEMENT,
        quality=list(guess.levels["quality"]),
        importance=list(guess.levels["importance"]),
        distortions=[share for name in DISTORTIONS for share in guess.levels[name]],
        undistorted=guess.undistorted,
        flags=list(guess.flags),
    )


def store_sentences(*, assessment: Assessment, sentences: Sequence[str]) -> None:
    """The last part, none of a model that only scores. Raises JobStopped."""
    with _hastily():
        finish(assessment, sentences="\n".join(" ".join(one.split()) for one in sentences))


def forget_assessments() -> int:
    """Removes answers older than a day: they were a try, and no label is made of them. How many."""
    return Assessment.objects.filter(requested_at__lt=timezone.now() - KEPT).delete()[0]


def _active_version(study: Study) -> ModelVersion:
    if study.active_version is None:
        raise Conflict("No model is active in this study, so there is nothing to ask.", code="no_model")
    return study.active_version


def _with_room(by: User) -> User:
    if Assessment.objects.filter(requested_by=by, status__in=_UNFINISHED).count() >= MOST_WAITING:
        raise Conflict(f"{MOST_WAITING} of your questions wait for an answer already.", code="too_many")
    return by


def _advance(assessment: Assessment, done: int, **found: object) -> None:
    mine = Assessment.objects.filter(pk=assessment.pk, status=JobStatus.RUNNING, started_at=assessment.started_at)
    with _hastily():
        if not mine.update(done=done, heartbeat_at=Now(), **found):
            raise JobStopped


@contextmanager
def _hastily() -> Iterator[None]:
    """Does not wait for the disk: somebody looks at the page, and a try that a crash of the server takes back is no loss."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")
        yield
