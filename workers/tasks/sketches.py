"""Answers a manager's clicks with a mask, at once."""

import logging
from copy import copy
from time import monotonic
from typing import TYPE_CHECKING

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded

from annotation.actions.sketches import answer_sketch, claim_sketch, fail_sketch
from annotation.masks import encode_mask
from annotation.models import Sketch
from workers.resident import proposer

if TYPE_CHECKING:
    from ml.proposals import Proposer

log = logging.getLogger(__name__)

WORK_SECONDS = 20
"""Each click has rung for itself, so another task goes on at once."""

_looking: "dict[int, Proposer]" = {}
"""The image that was looked at last, and who did: not the resident proposer itself, whom others show other images."""


@shared_task(soft_time_limit=50, time_limit=60)
def answer_sketches_task() -> int:
    """Answers waiting sketches until none is left or the next might not end in time; how many."""
    answered, stop_at = 0, monotonic() + WORK_SECONDS
    while monotonic() < stop_at and (sketch := claim_sketch()) is not None:
        _answer(sketch)
        answered += 1
    return answered


def _answer(sketch: Sketch) -> None:
    from ml.images import ImageError, decode  # slow import

    try:
        if sketch.image_id not in _looking:
            _looking.clear()
            own = copy(proposer())
            with sketch.image.file.open("rb") as file:
                own.set_image(decode(file.read()))
            _looking[sketch.image_id] = own
        found = _looking[sketch.image_id].segment(sketch.points())
    except (ImageError, OSError, ValueError, MemoryError) as error:
        fail_sketch(sketch=sketch, reason=str(error) or type(error).__name__)
        return
    except Exception as error:
        _stop(sketch, error)
        return
    answer_sketch(sketch=sketch, mask=encode_mask(found.mask))


def _stop(sketch: Sketch, error: Exception) -> None:
    """Nothing that one click does may stop the others, nor leave somebody waiting; what nobody foresaw is in the log."""
    log.error("Sketch %s failed", sketch.pk, exc_info=error)
    fail_sketch(
        sketch=sketch,
        reason=f"The model stopped on an unexpected error ({type(error).__name__}); see the worker's log.",
    )
    _looking.clear()  # whatever it left behind in memory
    if isinstance(error, SoftTimeLimitExceeded):
        raise error
