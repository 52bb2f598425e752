"""Training runs: one at a time in a study, begun by a person, a schedule or enough new labels."""

from itertools import pairwise
from typing import Any

from django.db import IntegrityError, transaction

from annotation.actions.jobs import JobStopped, beat, finish
from annotation.actions.snapshots import take_snapshot
from annotation.enums import Decision, JobStatus, ModelKind, StudyStatus, TrainingStage, TrainingTrigger
from annotation.errors import Conflict
from annotation.models import ModelVersion, Snapshot, Study, TrainingRun, User
from annotation.queries.training import last_decided, newly_settled, settled_since_candidate, trainable

LEAST_TRAIN, LEAST_TEST = 50, 20
"""Settled labels without which nothing is learnt, and nothing can be said about what was learnt."""
POINTS = 200
"""Of the curve of losses that is kept."""


def request_training(*, study: Study, trigger: TrainingTrigger, by: User | None = None) -> TrainingRun:
    """Asks for a run. Raises Conflict while one is under way, and when there is no model to start from."""
    if trainable(study) is None:
        raise Conflict("There is no model to train: register one, or promote one in this study.", code="no_model")
    try:
        with transaction.atomic():
            champion = Study.objects.get(pk=study.pk).active_version
            return TrainingRun.objects.create(study=study, trigger=trigger, requested_by=by, champion=champion)
    except IntegrityError as error:
        raise Conflict("A training run is under way already; wait for it or stop it.", code="under_way") from error


def request_due_trainings() -> list[TrainingRun]:
    """A run for each open study that has as many newly settled labels as it waits for."""
    runs = []
    for study in Study.objects.filter(status=StudyStatus.OPEN, retrain_after__isnull=False).order_by("pk"):
        wanted = study.retrain_after or 1
        busy = TrainingRun.objects.filter(study=study, status__in=[JobStatus.QUEUED, JobStatus.RUNNING]).exists()
        if not busy and newly_settled(study, at_most=wanted) >= wanted:
            try:
                runs.append(request_training(study=study, trigger=TrainingTrigger.THRESHOLD))
            except Conflict:
                continue  # somebody was faster, or there is nothing to train
    return runs


def enter_stage(*, run: TrainingRun, stage: TrainingStage, **facts: Any) -> None:
    """What the run is at, and what is known of it by now. Raises JobStopped when it is no longer this worker's."""
    mine = TrainingRun.objects.filter(pk=run.pk, status=JobStatus.RUNNING, started_at=run.started_at)
    if not mine.update(stage=stage, **facts):
        raise JobStopped
    for name, value in {"stage": stage, **facts}.items():
        setattr(run, name, value)


def freeze(*, run: TrainingRun) -> Snapshot:
    """The run's snapshot; one that was taken before the run was taken over stays its snapshot."""
    if run.snapshot is None:
        enter_stage(run=run, stage=TrainingStage.SNAPSHOT)
        snapshot = take_snapshot(study=run.study, progress=lambda done, total: beat(run, done=0, total=run.total or 1))
        enter_stage(run=run, stage=TrainingStage.SNAPSHOT, snapshot=snapshot)
        return snapshot
    return run.snapshot


def base_of(run: TrainingRun) -> ModelVersion:
    """The version whose weights the run starts from: the champion, or the newest network where that is none."""
    if run.champion is not None and run.champion.kind == ModelKind.SEAGULL:
        return run.champion
    found = trainable(run.study)
    if found is None:
        raise Conflict("There is no model to train any more.", code="no_model")
    return found


def not_due(run: TrainingRun) -> str:
    """Why a run that no person asked for has to wait; empty when it goes ahead, as a study's first candidate does.

    Many candidates from few new labels would be many tries to pass the gate by luck.
    """
    wanted = run.study.retrain_after
    if wanted is None or run.trigger == TrainingTrigger.PERSON or run.snapshot is not None:
        return ""
    found = settled_since_candidate(run.study, at_most=wanted)
    if found is None or found >= wanted:
        return ""
    return (
        f"Nothing was learnt: of the {wanted} newly settled labels that the study asks for after a candidate there are "
        f"{found}."
    )


def nothing_new(run: TrainingRun) -> bool:
    """Whether the last run that was decided learnt from this very snapshot."""
    last = last_decided(run.study)
    return last is not None and last.snapshot_id == run.snapshot_id


def conclude(*, run: TrainingRun, decision: Decision, **facts: Any) -> None:
    """The end of a run without a comparison. Raises JobStopped."""
    finish(run, decision=decision, stage=TrainingStage.ENDED, **facts)


def thinned(losses: list[float]) -> list[float]:
    """At most POINTS of them, evenly spaced, each the mean of those it stands for."""
    if len(losses) <= POINTS:
        return losses
    edges = [round(place * len(losses) / POINTS) for place in range(POINTS + 1)]
    return [sum(losses[a:b]) / (b - a) for a, b in pairwise(edges)]
