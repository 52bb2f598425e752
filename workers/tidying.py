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
LOGS_KEPT = timedelta(days=30)
"""Their ends are in the run's row."""
SCRATCH = ("export", "snapshot", "report", "reproduction", "evaluation", "vlm")
"""Temporary folders are named `gullery-`, one of these, and what `tempfile` thinks of."""
UPLOADS = "tmp*.upload*"
"""Temporary files, as Django names what somebody sends."""


def work_folder(run: int) -> Path:
    return Path(settings.TRAINING_DIR) / f"run-{run}"


def tidy_trainings() -> int:
    """Empties the folders of runs that ended a day ago but for their logs, which go after a month; how many."""
    folders = {folder: int(number) for folder in _folders() if (number := folder.name.removeprefix("run-")).isdigit()}
    now = timezone.now()
    ended = TrainingRun.objects.filter(
        pk__in=folders.values(),
        status__in=[JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED],
        finished_at__lt=now - KEPT,
    )
    over = dict(ended.values_list("pk", "finished_at"))
    long_over = {run for run, at in over.items() if at is not None and at < now - LOGS_KEPT}
    tidied = 0
    for folder, run in sorted(folders.items()):
        if run in over:
            tidied += _removed(folder) if run in long_over else _emptied(folder)
    return tidied


def tidy_scratch() -> int:
    """Removes temporary folders of ours, and uploads, that nobody has touched for a day, longer than any task may take; how
    many.
    """
    root = Path(tempfile.gettempdir())
    places = (path for name in (*(f"gullery-{kind}-*" for kind in SCRATCH), UPLOADS) for path in root.glob(name))
    return sum(_removed(path) for path in list(places) if _is_left(path))


def _is_left(path: Path) -> bool:
    try:
        facts = path.lstat()
    except FileNotFoundError:  # whose it is has removed it
        return False
    return facts.st_uid == os.getuid() and facts.st_mtime < time.time() - KEPT.total_seconds()


def _removed(path: Path) -> bool:
    shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    return True


def _folders() -> list[Path]:
    root = Path(settings.TRAINING_DIR)
    return [path for path in root.glob("run-*") if path.is_dir()] if root.is_dir() else []


def _emptied(folder: Path) -> bool:
    """Whether there was anything but logs."""
    rest = [path for path in folder.iterdir() if path.suffix != LOGS]
    for path in rest:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return bool(rest)
