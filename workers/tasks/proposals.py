"""Regions for images that have none yet."""

import logging
import time

from celery import shared_task

from annotation.actions.proposals import claim_images, fail_proposal
from annotation.actions.regions import Candidate, propose
from annotation.masks import encode_mask
from annotation.models import Image
from workers.resident import proposer

log = logging.getLogger(__name__)

CHUNK = 4
WORK_SECONDS = 200


@shared_task(soft_time_limit=280, time_limit=300)
def propose_regions_task() -> int:
    """Proposes until no image waits or the time is used up; a broken image fails alone. How many images were done."""
    done, stop_at = 0, time.monotonic() + WORK_SECONDS
    while time.monotonic() < stop_at:
        images = claim_images(limit=CHUNK)
        if not images:
            break
        for image in images:
            propose_for(image)
            done += 1
    return done


def propose_for(image: Image) -> None:
    from ml.images import ImageError, decode  # slow import
    from ml.proposals import choose  # slow import

    model = proposer()
    try:
        with image.file.open("rb") as file:
            pixels = decode(file.read())
        model.set_image(pixels)
        found = [one for one in model.propose() if one.area >= image.study.min_region_area]
    except (ImageError, OSError, ValueError, MemoryError) as error:
        log.warning("No proposals for image %s: %s", image.pk, error)
        fail_proposal(image=image, reason=str(error) or type(error).__name__)
        return
    chosen = choose(found, count=image.study.regions_per_image, seed=image.study.seed + image.pk)
    names = {id(one) for one in chosen}
    candidates = [Candidate(encode_mask(one.mask), one.level, one.score, chosen=id(one) in names) for one in found]
    propose(image=image, candidates=candidates, proposer=found[0].source if found else "")
