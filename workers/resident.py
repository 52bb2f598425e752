"""What stays loaded in a worker process between tasks."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from ml.proposals import Proposer


@cache
def proposer() -> "Proposer":
    """Segment-anything when a checkpoint is configured, else the embedded proposer."""
    from ml.proposals import load_proposer  # slow import

    return load_proposer(Path(settings.SAM_CHECKPOINT) if settings.SAM_CHECKPOINT else None)
