"""Looks at a picture before somebody clicks into it, so that the first click is as quick as the others."""

import logging

from celery import shared_task

from annotation.models import Image, Picture
from annotation.queries.clicks import somebody_waits
from workers.resident import can_judge
from workers.scenes import Scene, scene_of

log = logging.getLogger(__name__)

KINDS: dict[str, type[Image] | type[Picture]] = {kind.__name__: kind for kind in (Image, Picture)}


@shared_task(soft_time_limit=110, time_limit=120)
def look_ahead_task(kind: str, pk: int, version: int) -> bool:
    """Whether the picture is ready for clicks and the model looks at it. Gives way to real clicks between its steps."""
    of = KINDS[kind].objects.filter(pk=pk).first()
    if of is None or not can_judge():
        return False
    try:
        return _looked(of, version)
    except (OSError, ValueError, MemoryError) as error:
        log.info("No look ahead at %s %s: %s", kind, pk, error)  # the click itself will say so
        return False


def _looked(of: Image | Picture, version: int) -> bool:
    if somebody_waits():
        return False
    seen: Scene = scene_of(of)
    if somebody_waits():
        return False
    seen.look(version)
    seen.segmenter()
    return True
