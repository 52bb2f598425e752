"""What stays loaded in a worker process between tasks."""

from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from annotation.models import ModelVersion
from annotation.version_store import local_directory

if TYPE_CHECKING:
    from ml.proposals import Proposer
    from ml.seagull.predictor import Predictor


@cache
def proposer() -> "Proposer":
    """Segment-anything when a checkpoint is configured, else the embedded proposer."""
    from ml.proposals import load_proposer  # slow import

    return load_proposer(Path(settings.SAM_CHECKPOINT) if settings.SAM_CHECKPOINT else None)


@cache
def can_judge() -> bool:
    """Whether the packages of the network are here; the image without them leaves prelabels to the GPU's worker."""
    return find_spec("torch") is not None


@lru_cache(maxsize=1)
def predictor(version: int) -> "Predictor":
    """The model of a version's row; one at a time, since a large one fills a GPU. Raises VersionError."""
    from ml.seagull.predictor import Predictor  # slow import
    from ml.seagull.versions import load_version  # slow import

    return Predictor(load_version(local_directory(ModelVersion.objects.get(pk=version).folder)))
