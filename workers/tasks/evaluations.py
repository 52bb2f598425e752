"""Versions that wait to be measured on the test split of a snapshot, each in a process of its own."""

import logging
import re
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded

from annotation.actions.evaluations import store_report, write_test_set
from annotation.actions.jobs import JobStopped, beat, claim, fail
from annotation.exchange.formats import ImageLostError
from annotation.exchange.snapshot_file import SnapshotDamagedError
from annotation.models import Evaluation
from annotation.version_store import local_directory
from workers.alive import alive
from workers.child import ChildFailedError, run_child, tail
from workers.resident import can_judge

log = logging.getLogger(__name__)

HOUR = 3600
BEAT_SECONDS = 5.0
ON_THE_WAY = re.compile(r"(\d+)/(\d+) \[")
"""Images, as the child's progress bar counts them."""


@shared_task(soft_time_limit=4 * HOUR, time_limit=4 * HOUR + 60)
def run_evaluations_task() -> int:
    """Runs one waiting evaluation, since others wait for this queue, too; how many there were."""
    job = claim(Evaluation) if can_judge() else None
    if job is None:
        return 0
    run_evaluation(job)
    return 1


def run_evaluation(job: Evaluation) -> None:
    """The job must be claimed. Stopped or failed, it leaves nothing but its reason."""
    try:
        with TemporaryDirectory(prefix="gullery-evaluation-") as scratch:
            _measure(job, Path(scratch))
    except JobStopped:
        return
    except (ChildFailedError, SnapshotDamagedError, ImageLostError) as error:
        fail(job, str(error))
    except OSError as error:
        fail(job, f"The files could not be written or read: {error.strerror or error}.")
    except SoftTimeLimitExceeded:
        fail(job, "The measurement took longer than four hours and was stopped.")
    except Exception as error:
        fail(job, f"The measurement stopped on an unexpected error ({type(error).__name__}); see the worker's log.")
        raise


def _measure(job: Evaluation, scratch: Path) -> None:
    words, report, pulse = scratch / "words", scratch / "report.json", Pulse(job)
    with alive(job):  # the snapshot and the version may be in a store that is slow
        write_test_set(job=job, folder=scratch / "data", sign=pulse)
        version = local_directory(job.version.folder)
    run_child(
        "ml.evaluate",
        [str(version), str(scratch / "data"), "--json", str(report)],
        log=words,
        watch=lambda: pulse.follow(words, version.name),
    )
    store_report(job=job, report=report)


class Pulse:
    """A sign of life every few seconds, with the images done so far. Raises JobStopped, which stops what it beats for."""

    def __init__(self, job: Evaluation) -> None:
        self.job, self._told_at = job, 0.0

    def __call__(self) -> None:
        beat(self.job, done=self.job.done, total=self.job.total)
        self._told_at = time.monotonic()

    def follow(self, words: Path, name: str) -> None:
        if time.monotonic() - self._told_at < BEAT_SECONDS:
            return
        line = next((line for line in reversed(tail(words).splitlines()) if line.startswith(f"{name}:")), "")
        if found := ON_THE_WAY.search(line):
            self.job.done, self.job.total = int(found[1]), int(found[2])
        self()
