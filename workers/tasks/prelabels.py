"""What the active model says about regions that it has not seen yet."""

import logging
import time
from collections.abc import Iterator

from celery import shared_task

from annotation.actions.prelabels import (
    ATTEMPTS,
    claim_images_to_prelabel,
    fail_prelabels,
    regions_to_prelabel,
    release_images,
    store_prelabels,
)
from annotation.models import Image
from annotation.store_errors import StoreAwayError
from annotation.version_fetching import NotHereError
from workers.looks import Look, OutOfTimeError, begin, one_ahead
from workers.resident import can_judge

log = logging.getLogger(__name__)

CHUNK = 4
WORK_SECONDS = 200


@shared_task(soft_time_limit=280, time_limit=300)
def prelabel_regions_task() -> int:
    """Judges until no image waits or the time is used up; a broken image fails alone. How many images were done.

    A model that takes minutes for an image gives back the rest of its claim, and is not killed for being slow. The images of
    a version that cannot be used wait for it, and no other study's wait with them.
    """
    unusable: set[int] = set()
    looks = _looks(time.monotonic() + WORK_SECONDS, unusable)
    return sum(_finished(look, unusable) for look in one_ahead(looks))


def _looks(until: float, unusable: set[int]) -> Iterator[Look]:
    while can_judge() and time.monotonic() < until:
        images = claim_images_to_prelabel(limit=CHUNK, without=unusable)
        if not images:
            return
        for image in images:
            version = image.study.active_version
            if version is None or version.pk in unusable:
                release_images(images=[image])
            else:
                yield begin(image, version, regions_to_prelabel(image=image, version=version), until)


def _finished(look: Look, unusable: set[int]) -> bool:
    """Whether the image is done with. It is not when the model itself cannot be used: that is no image's fault."""
    from ml.images import ImageError  # slow import
    from ml.seagull.manifest import VersionError  # slow import

    image = look.image
    try:
        guesses = look.said.result()
    except OutOfTimeError:
        release_images(images=[image])
        return False
    except StoreAwayError as error:
        log.warning("No prelabels by %s for now: %s", look.version, error)
        unusable.add(look.version.pk)
        release_images(images=[image])
        return False
    except (VersionError, NotHereError) as error:
        grave = logging.ERROR if isinstance(error, VersionError) else logging.INFO
        log.log(grave, "The model %s cannot be loaded: %s", look.version, error)
        unusable.add(look.version.pk)
        release_images(images=[image])
        return False
    except (ImageError, OSError, ValueError, MemoryError) as error:
        log.warning("No prelabels for image %s: %s", image.pk, error)
        fail_prelabels(image=image, reason=str(error) or type(error).__name__)
        return True
    except RuntimeError as error:
        return _without_room(image, error)
    store_prelabels(image=image, version=look.version, guesses=guesses)
    return True


def _without_room(image: Image, error: RuntimeError) -> bool:
    """One region of it alone was too much for the memory. Somebody else may hold that, so it is tried again after
    the others, as often as one that kills its worker. Raises any other error.
    """
    from torch import OutOfMemoryError  # slow import

    if not isinstance(error, OutOfMemoryError):
        raise error
    log.warning("The memory is too small for image %s: %s", image.pk, error)
    if image.prelabel_attempts < ATTEMPTS:
        return False
    fail_prelabels(image=image, reason=f"The memory is too small for it: {error}")
    return True
