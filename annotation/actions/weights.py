"""Weights that nobody needs any more leave the store; the versions' rows, measurements and lineage stay."""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from annotation.actions.deeds import note
from annotation.actions.gate import previous_version
from annotation.enums import Decision, DeedKind, JobStatus
from annotation.models import DroppedWeights, Evaluation, ModelVersion, Study, TrainingRun, User
from annotation.queries.training import trainable
from annotation.version_store import drop_weights

NEWEST: Final = 3
"""Versions of a study that keep their weights whatever became of them."""
GOES_ON: Final = timedelta(days=2)
"""A run that was stopped can go on for a day; what it begins from stays for longer."""
_UNFINISHED = (JobStatus.QUEUED, JobStatus.RUNNING)


def droppable(study: Study) -> list[ModelVersion]:
    """The study's own versions that have weights which nobody needs, oldest first. Those that came with the platform
    belong to every study and are never among them.
    """
    own = list(ModelVersion.objects.filter(study=study, dropped=None).order_by("pk"))
    needed = _needed(study) | {version.pk for version in own[-NEWEST:]}
    return [version for version in own if version.pk not in needed]


def drop_old_weights(*, study: Study, by: User | None) -> list[ModelVersion]:
    """Whose weights were dropped. The rows come first: a version whose files are on their way out is not promoted. What a
    process that died left behind goes with the next time.
    """
    with transaction.atomic():
        fresh = Study.objects.select_for_update(no_key=True).get(pk=study.pk)  # nobody promotes one of them meanwhile
        versions = droppable(fresh)
        for version in versions:
            DroppedWeights.objects.create(version=version, dropped_by=by)
            kind = DeedKind.WEIGHTS_DROPPED
            note(study_id=study.pk, kind=kind, by=by, subject=version.name, target=version.pk)
    for version in ModelVersion.objects.filter(study=study, dropped__isnull=False):
        drop_weights(version.folder)
    return versions


def _needed(study: Study) -> set[int]:
    """The version that speaks and the one before it, what is trained from, and what unfinished work is about."""
    held = [study.active_version, previous_version(study), trainable(study)]
    needed = {version.pk for version in held if version is not None}
    recent = Q(status__in=_UNFINISHED) | Q(decision=Decision.WAITING) | Q(requested_at__gt=timezone.now() - GOES_ON)
    for pair in TrainingRun.objects.filter(recent, study=study).values_list("champion", "candidate"):
        needed |= {pk for pk in pair if pk is not None}
    waiting = Evaluation.objects.filter(study=study, status__in=_UNFINISHED)
    return needed | set(waiting.values_list("version", flat=True))
