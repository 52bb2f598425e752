"""Regions for images that have none yet."""

import logging
from time import monotonic
from typing import TYPE_CHECKING

from celery import shared_task

from annotation.actions.proposals import claim_images, fail_proposal, release_claims
from annotation.actions.regions import Candidate, propose
from annotation.enums import RegionStatus
from annotation.masks import decode_mask, encode_mask
from annotation.models import Image
from annotation.store_errors import StoreAwayError
from workers.resident import proposer

if TYPE_CHECKING:
    from ml.proposals.proposal import Mask

log = logging.getLogger(__name__)

CHUNK = 4
WORK_SECONDS = 200


@shared_task(soft_time_limit=280, time_limit=300)
def propose_regions_task() -> int:
    """Proposes until no image waits or the time is used up; a broken image fails alone. How many images were done.

    A proposer that takes a minute for an image gives back the rest of its claim, and is not killed for being slow.
    """
    done, stop_at = 0, monotonic() + WORK_SECONDS
    while monotonic() < stop_at and (images := claim_images(limit=CHUNK)):
        try:
            while images and monotonic() < stop_at:
                propose_for(images.pop(0))
                done += 1
        except StoreAwayError as error:
            log.warning("No proposals for now: %s", error)
            break
        finally:
            release_claims(images=images)  # whatever stopped it: nobody has begun with them
    return done


def propose_for(image: Image) -> None:
    from ml.images import ImageError, decode  # slow import
    from ml.proposals import choose, unlike  # slow import

    try:
        model = proposer()  # of weights that cannot be used the reason is said, too, instead of three deaths
        with image.file.open("rb") as file:
            pixels = decode(file.read())
        model.set_image(pixels)
        fitting = [one for one in model.propose() if one.area >= image.study.min_region_area]
        found = unlike(fitting, _known(image))
    except StoreAwayError:  # no image's fault
        release_claims(images=[image])
        raise
    except (ImageError, OSError, ValueError, MemoryError) as error:
        log.warning("No proposals for image %s: %s", image.pk, error)
        fail_proposal(image=image, reason=str(error) or type(error).__name__)
        return
    chosen = choose(found, count=image.study.regions_per_image, seed=image.study.seed + image.pk)
    names = {id(one) for one in chosen}
    candidates = [Candidate(encode_mask(one.mask), one.level, one.score, chosen=id(one) in names) for one in found]
    propose(image=image, candidates=candidates, proposer=found[0].source if found else "")


def _known(image: Image) -> "list[Mask]":
    """Of regions that somebody drew or clicked before: most are nearly what the proposer finds, and asked about twice."""
    drawn = image.regions.exclude(status=RegionStatus.DISCARDED)
    return [decode_mask(rle, image.width, image.height) for rle in drawn.values_list("rle", flat=True)]
