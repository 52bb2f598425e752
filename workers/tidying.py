"""What is left on a worker's disk: by training runs that nobody will go on with, and by workers that were killed."""

import os
import shutil
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from annotation.enums import JobStatus
from annotation.models import TrainingRun

KEPT = timedelta(days=1)
"""A run that was stopped or failed can go on from its checkpoints for so long; later it begins anew."""
LOGS = ".log"
SCRATCH = ("export", "snapshot", "report", "reproduction", "evaluation", "vlm")
"""Temporary folders are named `gullery-`, one of these, and what `tempfile` thinks of."""


def work_folder(run: int) -> Path:
    return Path(settings.TRAINING_DIR) / f"run-{run}"


def tidy_trainings() -> int:
    """Empties the folders of runs that ended a day ago but for their logs; how many."""
    folders = {folder: int(number) for folder in _folders() if (number := folder.name.removeprefix("run-")).isdigit()}
    ended = TrainingRun.objects.filter(
        pk__in=folders.values(),
        status__in=[JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED],
        finished_at__lt=timezone.now() - KEPT,
    )
    over = set(ended.values_list("pk", flat=True))
    return sum(_emptied(folder) for folder, run in sorted(folders.items()) if run in over)


def tidy_scratch() -> int:
    """Removes temporary folders of ours that nobody has touched for a day, longer than any task may take; how many."""
    places = (path for kind in SCRATCH for path in Path(tempfile.gettempdir()).glob(f"gullery-{kind}-*"))
    left = [path for path in places if path.is_dir() and _is_left(path.stat())]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return len(left)


def _is_left(facts: os.stat_result) -> bool:
    return facts.st_uid == os.getuid() and facts.st_mtime < time.time() - KEPT.total_seconds()


def _folders() -> list[Path]:
    root = Path(settings.TRAINING_DIR)
    return [path for path in root.glob("run-*") if path.is_dir()] if root.is_dir() else []


def _emptied(folder: Path) -> bool:
    """Whether there was anything but logs."""
    rest = [path for path in folder.iterdir() if path.suffix != LOGS]
    for path in rest:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return bool(rest)
