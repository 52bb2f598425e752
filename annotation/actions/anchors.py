"""Anchors: an example for each level of each scale, made from photographs or brought by the manager."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from annotation.actions.strays import unique_name
from annotation.actions.texts import check_text
from annotation.anchor_notes import NOTES, SLOTS
from annotation.errors import Conflict, InvalidInput
from annotation.exchange.photographs import UnfitError, inspect
from annotation.models import Anchor, AnchorOpening, Image, Protocol, Region, Study, User
from annotation.scales import SCALES

MOST_BYTES = 10 * 1024 * 1024
LONGEST_SIDE = 1200
"""Pixels: anchors stand side by side, one of their pixels on one of the screen."""
LONGEST_NOTE = 300
LONGEST_LOOK_MS = 3_600_000
_ANCHORS = 0x616E6368
"""The name of these locks among all of PostgreSQL's."""


def put_anchor(
    *,
    study: Study,
    scale: str,
    level: int,
    name: str,
    data: bytes,
    by: User | None,
    note: str = "",
    made_from: Image | None = None,
) -> Anchor:
    """Puts an example in its place; the one before is kept with the time. Without `by` it was made, and replaces nothing.

    Raises InvalidInput for a place that is none, a note or a file that is unfit, Conflict when something is there already.
    """
    check_slot(scale, level)
    check_text(note)
    if len(data) > MOST_BYTES:
        raise InvalidInput(f"The picture has more than {MOST_BYTES // 2**20} MiB.", code="too_large")
    values = {"note": (note.strip() or NOTES[scale][level])[:LONGEST_NOTE], "added_by": by, "made_from": made_from}
    row = Anchor(study=study, scale=scale, level=level, **values)
    _inspect(row, name, data)
    row.file.name = default_storage.save(
        unique_name("anchors", study.pk, f"{scale}-{level}.{_ending(row)}"), ContentFile(data)
    )
    try:
        with transaction.atomic():
            if by is not None:
                standing_anchors(study).filter(scale=scale, level=level).update(replaced_at=timezone.now())
            row.save()
    except IntegrityError as error:
        default_storage.delete(row.file.name)
        raise Conflict(f"There is an anchor for {scale} {level} already.", code="anchor_there") from error
    return row


def note_anchor(*, anchor: Anchor, note: str, by: User) -> Anchor:
    """Other words beside the same picture: a new row, as with another picture.

    Raises InvalidInput when they are too long or cannot be kept, Conflict when somebody has replaced the example meanwhile.
    """
    if len(note) > LONGEST_NOTE:
        raise InvalidInput(f"The note has {len(note)} characters; the most is {LONGEST_NOTE}.")
    check_text(note)
    with transaction.atomic():
        if not standing_anchors(anchor.study).filter(pk=anchor.pk).update(replaced_at=timezone.now()):
            raise Conflict("Somebody has changed this example meanwhile; look at it again.", code="anchor_changed")
        row = Anchor.objects.get(pk=anchor.pk)
        row.pk, row.note, row.added_by, row.created_at = None, note.strip(), by, timezone.now()
        row.replaced_at, row._state.adding = None, True
        row.save()
    return row


def standing_anchors(study: Study) -> QuerySet[Anchor]:
    return Anchor.objects.filter(study=study, replaced_at=None)


def missing_anchors(study: Study) -> list[tuple[str, int]]:
    there = set(standing_anchors(study).values_list("scale", "level"))
    return [slot for slot in SLOTS if slot not in there]


@contextmanager
def claim_anchorless() -> Iterator[Study | None]:
    """A study with a protocol that lacks anchors and that no other worker is busy with; held until the block ends."""
    standing = Count("study__anchors", Q(study__anchors__replaced_at=None))
    lacking = Protocol.objects.annotate(there=standing).filter(there__lt=len(SLOTS)).order_by("pk")
    with transaction.atomic():
        free = (protocol.study for protocol in lacking.select_related("study")[:50] if _hold(protocol.pk))
        yield next(free, None)


def _hold(study_id: int) -> bool:
    """A lock by number, to the end of the transaction: nobody else has to wait for the row meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_ANCHORS, study_id % 2**31])
        return bool(cursor.fetchone()[0])


def log_opening(*, study: Study, annotator: User, scale: str, region: Region | None, shown_ms: int) -> AnchorOpening:
    """Somebody looked at a scale's anchors for so long. Raises InvalidInput for another scale or an odd time."""
    if scale not in SCALES:
        raise InvalidInput(f"The scale must be one of {', '.join(SCALES)}, not {scale!r}.")
    if not 0 <= shown_ms <= LONGEST_LOOK_MS:
        raise InvalidInput(f"shown_ms must be 0 to {LONGEST_LOOK_MS}, not {shown_ms}.")
    return AnchorOpening.objects.create(study=study, annotator=annotator, scale=scale, region=region, shown_ms=shown_ms)


def check_slot(scale: str, level: int) -> None:
    if (scale, level) not in SLOTS:
        raise InvalidInput(
            f"There is no anchor for {scale!r} {level}; distortions go from 0 to 5, the others from 0 to 4."
        )


def _inspect(row: Anchor, name: str, data: bytes) -> None:
    """What an import looks at, and that it is upright and fits on a screen."""
    try:
        photograph = inspect(data, name)
    except UnfitError as error:
        raise InvalidInput(str(error), code="unfit") from error
    if photograph.orientation != 1:
        raise InvalidInput("The picture asks to be turned; save it upright.", code="unfit")
    if max(photograph.width, photograph.height) > LONGEST_SIDE:
        size = f"{photograph.width}×{photograph.height}"
        raise InvalidInput(f"The picture has {size} pixels; each side may have {LONGEST_SIDE}.", code="unfit")
    row.sha256, row.media_type = photograph.sha256, photograph.media_type
    row.width, row.height = photograph.width, photograph.height


def _ending(row: Anchor) -> str:
    return {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}[row.media_type]
