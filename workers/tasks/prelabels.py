"""What the active model says about regions that it has not seen yet."""

import logging
import time
from typing import TYPE_CHECKING

from celery import shared_task

from annotation.actions.prelabels import (
    Guess,
    claim_images_to_prelabel,
    fail_prelabels,
    regions_to_prelabel,
    release_images,
    store_prelabels,
)
from annotation.masks import decode_mask
from annotation.models import Image, ModelVersion, Region
from workers.resident import can_judge, predictor

if TYPE_CHECKING:
    from ml.judges import RegionJudge
    from ml.seagull.scoring import Assessment

log = logging.getLogger(__name__)

CHUNK = 4
WORK_SECONDS = 200
MASKS_AT_ONCE = 16
"""A mask of a large photograph is as large as the photograph."""


@shared_task(soft_time_limit=280, time_limit=300)
def prelabel_regions_task() -> int:
    """Judges until no image waits or the time is used up; a broken image fails alone. How many images were done.

    A model that takes minutes for an image gives back the rest of its claim, and is not killed for being slow.
    """
    done, stop_at = 0, time.monotonic() + WORK_SECONDS
    while can_judge() and (images := claim_images_to_prelabel(limit=CHUNK)):
        for position, image in enumerate(images):
            if time.monotonic() >= stop_at or not prelabel(image):
                release_images(images=images[position:])
                return done
            done += 1
    return done


def prelabel(image: Image) -> bool:
    """False when the model itself cannot be used; that is no image's fault, and all of them wait for it."""
    from ml.images import ImageError  # slow import
    from ml.seagull.manifest import VersionError  # slow import

    version = image.study.active_version
    if version is None:
        return False
    try:
        regions = regions_to_prelabel(image=image, version=version)
        guesses = _judged(image, regions, version) if regions else {}
    except VersionError as error:
        log.error("The model %s cannot be loaded: %s", version, error)
        return False
    except (ImageError, OSError, ValueError, MemoryError) as error:
        log.warning("No prelabels for image %s: %s", image.pk, error)
        fail_prelabels(image=image, reason=str(error) or type(error).__name__)
        return True
    store_prelabels(image=image, version=version, guesses=guesses)
    return True


def _judged(image: Image, regions: list[Region], version: ModelVersion) -> dict[int, Guess]:
    from ml.images import decode  # slow import

    model = predictor(version.pk)
    with image.file.open("rb") as file:
        model.set_image(decode(file.read()))
    guesses: dict[int, Guess] = {}
    for begin in range(0, len(regions), MASKS_AT_ONCE):
        some = regions[begin : begin + MASKS_AT_ONCE]
        guesses |= dict(zip([region.pk for region in some], _assessed(model, image, some), strict=True))
    return guesses


def _assessed(model: "RegionJudge", image: Image, regions: list[Region]) -> list[Guess]:
    import numpy as np  # slow import

    masks = np.stack([decode_mask(region.rle, image.width, image.height) for region in regions])
    return [guess_of(assessment) for assessment in model.assess(masks)]


def guess_of(said: "Assessment") -> Guess:
    levels = {"quality": said.quality.probabilities, "importance": said.importance.probabilities}
    levels |= {name: distribution.probabilities for name, distribution in said.distortions.items()}
    return Guess(levels=levels, undistorted=said.clean, flags=sorted(said.flags))
