"""Long work: claimed by one worker at a time, alive while it beats, stopped or begun again by a person."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import PurePath
from typing import TypeVar

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from annotation.actions.deeds import note
from annotation.actions.telling import tell
from annotation.enums import DeedKind, HookEvent, JobStatus
from annotation.errors import Conflict
from annotation.exchange.hooks import bodies
from annotation.models import Export, Import, Job, TrainingRun, User

DEAD_AFTER = timedelta(seconds=60)
ATTEMPTS = 5

_ORDER: dict[type[Job], list[Coalesce | str]] = {Import: [Coalesce("heartbeat_at", "requested_at"), "pk"]}
"""The oldest first; of those that give their worker back, who has waited longest."""
_STOPPED = {Import: DeedKind.IMPORT_STOPPED, Export: DeedKind.EXPORT_STOPPED, TrainingRun: DeedKind.TRAINING_STOPPED}
_RESUMED = {Import: DeedKind.IMPORT_RESUMED, TrainingRun: DeedKind.TRAINING_RESUMED}

AnyJob = TypeVar("AnyJob", bound=Job)


class JobStopped(Exception):
    """The job is no longer this worker's; stop without a word."""


def claim(kind: type[AnyJob], pk: int | None = None) -> AnyJob | None:
    """The waiting job of a kind whose turn it is (or the one asked for), now running here; None when there is none.

    A running job whose worker has not beaten for a minute is taken over; after ATTEMPTS deaths it fails. Signs of life go
    by the database's clock, since those of two machines may differ. `started_at` is the moment of the claim, by which a
    worker knows its own: attempts are counted anew when a person lets it go on.
    """
    dead = Q(status=JobStatus.RUNNING) & (Q(heartbeat_at=None) | Q(heartbeat_at__lt=Now() - DEAD_AFTER))
    rows = kind._default_manager.all()
    _give_up(rows.filter(dead, attempts__gte=ATTEMPTS))
    with transaction.atomic():
        waiting = rows.filter(Q(status=JobStatus.QUEUED) | dead).order_by(*_ORDER.get(kind, ["pk"]))
        if pk is not None:
            waiting = waiting.filter(pk=pk)
        job = waiting.select_for_update(skip_locked=True).first()
        if job is None:
            return None
        job.status, job.started_at, job.attempts = JobStatus.RUNNING, timezone.now(), job.attempts + 1
        rows.filter(pk=job.pk).update(
            status=job.status, started_at=job.started_at, attempts=job.attempts, heartbeat_at=Now()
        )
        return job


def beat(job: Job, *, done: int, total: int) -> None:
    """Progress and a sign of life. Raises JobStopped when the job was cancelled or taken over meanwhile."""
    mine = type(job)._default_manager.filter(pk=job.pk, status=JobStatus.RUNNING, started_at=job.started_at)
    if not mine.update(heartbeat_at=Now(), done=done, total=total):
        raise JobStopped
    job.done, job.total = done, total


def show_life(job: Job) -> None:
    """A sign of life alone, from beside the work: the progress is the work's to tell. Raises JobStopped."""
    mine = type(job)._default_manager.filter(pk=job.pk, status=JobStatus.RUNNING, started_at=job.started_at)
    if not mine.update(heartbeat_at=Now()):
        raise JobStopped


def keep(job: Job) -> None:
    """Holds the job to the end of the transaction: nobody takes it over while its work is written. Raises JobStopped."""
    mine = type(job)._default_manager.filter(pk=job.pk, status=JobStatus.RUNNING, started_at=job.started_at)
    if not mine.select_for_update(no_key=True).exists():
        raise JobStopped


def finish(job: Job, **result: object) -> None:
    """The end, with what the job made. Raises JobStopped when it is no longer this worker's."""
    mine = type(job)._default_manager.filter(pk=job.pk, status=JobStatus.RUNNING, started_at=job.started_at)
    with transaction.atomic():
        if not mine.update(status=JobStatus.DONE, finished_at=timezone.now(), error="", done=F("total"), **result):
            raise JobStopped
        _tell(job, JobStatus.DONE)


def fail(job: Job, reason: str) -> None:
    mine = type(job)._default_manager.filter(pk=job.pk, status=JobStatus.RUNNING, started_at=job.started_at)
    with transaction.atomic():
        if mine.update(status=JobStatus.FAILED, finished_at=timezone.now(), error=reason[:2000]):
            _tell(job, JobStatus.FAILED)


def put_back(job: Job) -> None:
    """It waits again, from now, and goes on where it was; nothing was wrong with it."""
    mine = type(job)._default_manager.filter(pk=job.pk, status=JobStatus.RUNNING, started_at=job.started_at)
    mine.update(status=JobStatus.QUEUED, heartbeat_at=Now(), attempts=0)


def cancel(*, job: Job, by: User | None = None) -> None:
    """Stops waiting or running work; what it has stored stays. Raises Conflict when it has ended."""
    waiting = type(job)._default_manager.filter(pk=job.pk, status__in=[JobStatus.QUEUED, JobStatus.RUNNING])
    with transaction.atomic():
        if not waiting.update(status=JobStatus.CANCELLED, finished_at=timezone.now()):
            raise Conflict("This has ended already.", code="ended")
        _note(job, _STOPPED, by)


def resume(*, job: Job, by: User | None = None) -> None:
    """Queues stopped or failed work again; it goes on where it was. Raises Conflict for any other."""
    stopped = type(job)._default_manager.filter(pk=job.pk, status__in=[JobStatus.CANCELLED, JobStatus.FAILED])
    with transaction.atomic():
        if not stopped.update(status=JobStatus.QUEUED, error="", finished_at=None, attempts=0):
            raise Conflict("Only stopped or failed work can go on.", code="not_stopped")
        _note(job, _RESUMED, by)


def _give_up(dead: QuerySet[AnyJob]) -> None:
    """On work whose workers died again and again. One whose row is held is at work after all, and nobody waits for it."""
    said = {"error": "The worker died each time this was tried; see its log.", "finished_at": timezone.now()}
    for pk in dead.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            job = dead.select_for_update(skip_locked=True).filter(pk=pk).first()
            if job is not None:
                dead.filter(pk=pk).update(status=JobStatus.FAILED, **said)
                _tell(job, JobStatus.FAILED)


def _tell(job: Job, status: JobStatus) -> None:
    """Other programs, of the kinds of work that they can ask to be told of."""
    if isinstance(job, Export):
        facts = bodies.export_finished(job.pk, status, job.format)
        tell(study=job.study, event=HookEvent.EXPORT_FINISHED, facts=facts)
    elif isinstance(job, Import):
        tell(study=job.study, event=HookEvent.IMPORT_FINISHED, facts=bodies.import_finished(job.pk, status))


def _note(job: Job, kinds: Mapping[type[Job], DeedKind], by: User | None) -> None:
    """In the study's journal, where people are told of this kind of work."""
    kind = kinds.get(type(job))
    if kind is not None and isinstance(job, Import | Export | TrainingRun):
        note(study_id=job.study_id, kind=kind, by=by, subject=_named(job), target=job.pk)


def _named(job: Import | Export | TrainingRun) -> str:
    """The file's own name, never where it lies; the format; a run's number."""
    if isinstance(job, TrainingRun):
        return str(job.pk)
    return job.format if isinstance(job, Export) else PurePath(job.source).name
