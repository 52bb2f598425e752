"""Images that a model looks at in a thread of its own, while the task stores what was said of the one before.

So the model waits neither for the database nor for the next file. Only the task's own thread asks the database.
"""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from annotation.actions.prelabels import Guess
from annotation.masks import decode_mask
from annotation.models import Image, ModelVersion, Region
from annotation.version_store import directory_within
from workers.resident import judge_in

if TYPE_CHECKING:
    from ml.judges import RegionJudge
    from ml.seagull.scoring import Assessment

MASKS_AT_ONCE: Final = 16
"""A mask of a large photograph is as large as the photograph."""
Guesses = dict[int, Guess]
_eyes = ThreadPoolExecutor(1, thread_name_prefix="looks")


class OutOfTimeError(Exception):
    """The task's time was over before the model came to the image."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was `said` of each region is there when the model has come to the image. Asking for it raises VersionError,
    ImageError, OSError, OutOfTimeError, and whatever else stopped the model.
    """

    image: Image
    version: ModelVersion
    said: Future[Guesses]


def begin(image: Image, version: ModelVersion, regions: list[Region], until: float) -> Look:
    """The file is read at once; the model looks when it is done with the image before, unless it is later than `until`."""
    if not regions:
        return Look(image, version, _known({}))
    try:
        with image.file.open("rb") as file:
            data = file.read()
    except OSError as error:
        return Look(image, version, _known(error))
    return Look(image, version, _eyes.submit(_in_time, until, image, data, regions, version))


def one_ahead(looks: Iterator[Look]) -> Iterator[Look]:
    """Each when the one after it has begun as well. One that was tried before is alone: it may be what kills workers."""
    before: Look | None = None
    for look in looks:
        if before is not None:
            yield before
        before = look
        if look.image.prelabel_attempts > 1:
            yield look
            before = None
    if before is not None:
        yield before


def judged(image: Image, data: bytes, regions: list[Region], version: ModelVersion) -> Guesses:
    """What the version says of the regions of an image file. Raises VersionError, ImageError, NotHereError."""
    from ml.images import decode  # slow import

    model = judge_in(directory_within(version.folder))
    model.set_image(decode(data))
    guesses: Guesses = {}
    for start in range(0, len(regions), MASKS_AT_ONCE):
        some = regions[start : start + MASKS_AT_ONCE]
        guesses |= dict(zip([region.pk for region in some], _assessed(model, image, some), strict=True))
    return guesses


def guess_of(said: "Assessment") -> Guess:
    levels = {"quality": said.quality.probabilities, "importance": said.importance.probabilities}
    levels |= {name: distribution.probabilities for name, distribution in said.distortions.items()}
    return Guess(levels=levels, undistorted=said.clean, flags=sorted(said.flags))


def _known(said: Guesses | Exception) -> Future[Guesses]:
    known: Future[Guesses] = Future()
    known.set_exception(said) if isinstance(said, Exception) else known.set_result(said)
    return known


def _in_time(until: float, image: Image, data: bytes, regions: list[Region], version: ModelVersion) -> Guesses:
    if time.monotonic() >= until:
        raise OutOfTimeError
    return judged(image, data, regions, version)


def _assessed(model: "RegionJudge", image: Image, regions: list[Region]) -> list[Guess]:
    import numpy as np  # slow import

    masks = np.stack([decode_mask(region.rle, image.width, image.height) for region in regions])
    return [guess_of(assessment) for assessment in model.assess(masks)]
