"""Answers a manager's clicks with a mask, at once."""

from celery import shared_task

from annotation.actions.sketches import answer_sketch, claim_sketch, fail_sketch
from annotation.masks import encode_mask
from annotation.models import Sketch
from workers.resident import proposer

_loaded: dict[str, int] = {}  # which image the resident proposer has looked at last


@shared_task(soft_time_limit=50, time_limit=60)
def answer_sketches_task() -> int:
    """Answers every waiting sketch; how many."""
    answered = 0
    while (sketch := claim_sketch()) is not None:
        _answer(sketch)
        answered += 1
    return answered


def _answer(sketch: Sketch) -> None:
    from ml.images import ImageError, decode  # slow import

    model = proposer()
    try:
        if _loaded.get("image") != sketch.image_id:
            with sketch.image.file.open("rb") as file:
                model.set_image(decode(file.read()))
            _loaded["image"] = sketch.image_id
        found = model.segment(sketch.points())
    except (ImageError, OSError, ValueError) as error:
        _loaded.clear()
        fail_sketch(sketch=sketch, reason=str(error) or type(error).__name__)
        return
    answer_sketch(sketch=sketch, mask=encode_mask(found.mask))
