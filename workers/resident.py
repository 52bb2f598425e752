"""What stays loaded in a worker process between tasks."""

import logging
from contextlib import suppress
from copy import copy
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from django.conf import settings

from annotation.models import ModelVersion, Promotion
from annotation.version_fetching import NotHereError
from annotation.version_store import directory_within

if TYPE_CHECKING:
    from ml.judges import RegionJudge
    from ml.proposals import Proposer

log = logging.getLogger(__name__)

_judges: "dict[Path, RegionJudge]" = {}
_loading = Lock()


@cache
def proposer() -> "Proposer":
    """Segment-anything when a checkpoint is configured, else the embedded proposer."""
    from ml.proposals import load_proposer  # slow import

    return load_proposer(Path(settings.SAM_CHECKPOINT) if settings.SAM_CHECKPOINT else None)


@cache
def can_judge() -> bool:
    """Whether the packages of the network are here; the image without them leaves prelabels to the GPU's worker."""
    return find_spec("torch") is not None


def predictor(version: int) -> "RegionJudge":
    """The model of a version's row. Raises VersionError, NotHereError."""
    return judge_in(directory_within(ModelVersion.objects.get(pk=version).folder))


def judge_in(directory: Path) -> "RegionJudge":
    """The model of any kind in a version's directory. Asks no database, so that a thread may call it. Raises VersionError.

    One at a time: two large ones do not fit a GPU, so the one before goes before the next is loaded.
    """
    from ml.judges import load_judge  # slow import

    with _loading:
        if directory not in _judges:
            _judges.clear()
            _judges[directory] = load_judge(directory)
        return _judges[directory]


def warm() -> None:
    """Loads what the next click will most likely need: the proposer and the version that was promoted last."""
    version = Promotion.objects.values_list("version", flat=True).first()
    if version is not None and can_judge():
        with suppress(NotHereError):  # the next tick tries again
            directory_within(ModelVersion.objects.get(pk=version).folder, seconds=0)
            _try_out(version)


@cache
def _try_out(version: int) -> None:
    """Both look at a picture once: in a new process the first look is slow. Not tried again when it fails."""
    import numpy as np  # slow import

    rows, columns = np.mgrid[:192, :256].astype(np.uint8)
    rgb = np.stack([columns, rows, columns ^ rows], axis=-1)
    try:
        finder, judge = copy(proposer()), copy(predictor(version))
        finder.set_image(rgb)
        judge.set_image(rgb)
        judge.assess(finder.segment([(128, 96, True)]).mask[None])
    except Exception as error:
        log.warning("The model %s could not be loaded ahead: %s", version, error)
