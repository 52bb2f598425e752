"""What training runs leave on their worker's disk, once nobody will go on with them."""

import shutil
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from annotation.enums import JobStatus
from annotation.models import TrainingRun

KEPT = timedelta(days=1)
"""A run that was stopped or failed can go on from its checkpoints for so long; later it begins anew."""
LOGS = ".log"


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


def _folders() -> list[Path]:
    root = Path(settings.TRAINING_DIR)
    return [path for path in root.glob("run-*") if path.is_dir()] if root.is_dir() else []


def _emptied(folder: Path) -> bool:
    """Whether there was anything but logs."""
    rest = [path for path in folder.iterdir() if path.suffix != LOGS]
    for path in rest:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return bool(rest)
