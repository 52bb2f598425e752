"""Pictures brought to try the model on: checked as imported images are, kept for a day, never part of a study."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from annotation.actions.strays import unique_name
from annotation.errors import InvalidInput
from annotation.exchange.photographs import Photograph, UnfitError, inspect
from annotation.models import Picture, Study, User

MOST_BYTES = 30 * 1024 * 1024
"""Less than an import takes: a picture is decoded while somebody waits for the page."""
MOST_PICTURES = 20
"""Of one person in one study; the oldest makes room."""
KEPT = timedelta(days=1)


def bring_picture(*, study: Study, name: str, data: bytes, by: User) -> Picture:
    """Keeps a file for a day; the same file again is the same picture. Raises InvalidInput saying why it is unfit."""
    if len(data) > MOST_BYTES:
        raise InvalidInput(f"The picture has more than {MOST_BYTES // 2**20} MiB.", code="too_large")
    short = PurePath(name.replace("\0", "")).name[-400:] or "picture"
    try:
        photograph = inspect(data, short)
    except UnfitError as error:
        raise InvalidInput(str(error), code="unfit") from error
    return _again(study, photograph, by) or _keep(study, short, photograph, data, by)


def forget_pictures() -> int:
    """Removes pictures older than a day with all that was asked about them; how many."""
    return _remove(Picture.objects.filter(created_at__lt=timezone.now() - KEPT))


def _again(study: Study, photograph: Photograph, by: User) -> Picture | None:
    """Its day begins anew."""
    found = Picture.objects.filter(study=study, owner=by, sha256=photograph.sha256).first()
    if found is not None:
        found.created_at = timezone.now()
        found.save(update_fields=["created_at"])
    return found


def _keep(study: Study, name: str, photograph: Photograph, data: bytes, by: User) -> Picture:
    mine = Picture.objects.filter(study=study, owner=by).order_by("-created_at", "-pk")
    _remove(mine[MOST_PICTURES - 1 :])
    file = default_storage.save(unique_name("pictures", study.pk, f"picture.{photograph.extension}"), ContentFile(data))
    picture = Picture(
        study=study,
        owner=by,
        name=name,
        sha256=photograph.sha256,
        file=file,
        media_type=photograph.media_type,
        width=photograph.width,
        height=photograph.height,
        orientation=photograph.orientation,
    )
    try:
        with transaction.atomic():
            picture.save()
    except IntegrityError:  # the same file came twice at the same moment
        default_storage.delete(file)
        return Picture.objects.get(study=study, owner=by, sha256=photograph.sha256)
    return picture


def _remove(pictures: Iterable[Picture]) -> int:
    """Rows first: a file without a row harms nobody."""
    removed = 0
    for picture in pictures:
        name = picture.file.name or ""
        picture.delete()
        default_storage.delete(name)
        removed += 1
    return removed
