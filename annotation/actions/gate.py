"""The gate's decision on a candidate, and what people make of it: approve, decline, roll back."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from annotation.actions.deeds import note
from annotation.actions.jobs import finish, keep
from annotation.actions.telling import tell
from annotation.actions.versions import promote
from annotation.enums import Decision, DeedKind, HookEvent, PromotionPolicy, TrainingStage
from annotation.errors import Conflict
from annotation.exchange.hooks import bodies
from annotation.models import GateCheck, ModelVersion, Promotion, Study, TrainingRun, User


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the gate, as in GateCheck."""

    measure: str
    champion: float | None
    candidate: float | None
    difference: float | None
    low: float | None
    high: float | None
    bound: float | None
    p_value: float | None
    decides: bool
    passed: bool


def decide(
    *, run: TrainingRun, candidate: ModelVersion, checks: Sequence[Check], better: bool, **facts: Any
) -> Decision:
    """Stores what the gate found and ends the run: refused, waiting for approval, or promoted at once.

    A candidate never replaces a version that it was not compared with: if another one was promoted meanwhile, it waits.
    Raises JobStopped when the run is no longer this worker's.
    """
    with transaction.atomic():
        keep(run)
        study = Study.objects.select_for_update(no_key=True).get(pk=run.study_id)
        GateCheck.objects.bulk_create([GateCheck(run=run, **asdict(check)) for check in checks])
        decision = _decision(study, run, better)
        if decision == Decision.PROMOTED:
            promote(study=study, version=candidate, reason=f"Training run {run.pk} passed the gate.")
        finish(run, decision=decision, candidate=candidate, stage=TrainingStage.ENDED, **facts)
        _tell(study, run, decision)
        return decision


def approve(*, run: TrainingRun, by: User) -> Promotion:
    """Promotes a candidate that passed the gate. Raises Conflict unless it waits, or when it is not news any more."""
    with transaction.atomic():
        fresh, candidate = _waiting(run)
        study = Study.objects.select_for_update(no_key=True).get(
            pk=fresh.study_id
        )  # nobody promotes another one meanwhile
        if study.active_version_id != fresh.champion_id:
            raise Conflict(
                "Another version was promoted since; this one was not compared with it. Train again, or decline.",
                code="champion_changed",
            )
        _answer(fresh, Decision.PROMOTED, by)
        _tell(study, fresh, Decision.PROMOTED)
        return promote(study=study, version=candidate, reason=f"Training run {run.pk} passed the gate.", by=by)


def decline(*, run: TrainingRun, by: User) -> None:
    """Keeps the active version. Raises Conflict unless the run waits."""
    with transaction.atomic():
        fresh, candidate = _waiting(run)
        _answer(fresh, Decision.DECLINED, by)
        _tell(fresh.study, fresh, Decision.DECLINED)
        kind = DeedKind.CANDIDATE_DECLINED
        note(study_id=fresh.study_id, kind=kind, by=by, subject=candidate.name, target=fresh.pk)


def roll_back(*, study: Study, by: User) -> Promotion:
    """Back to the version that was active before this one. Raises Conflict when there was none."""
    previous = previous_version(study)
    if previous is None:
        raise Conflict("No other version was active before this one.", code="no_version_before")
    return promote(study=study, version=previous, reason=f"Rolled back from {study.active_version}.", by=by)


def previous_version(study: Study) -> ModelVersion | None:
    """What rolling back goes to. Rolled back already, one goes further back and not to and fro."""
    stack: list[ModelVersion] = []
    for promotion in Promotion.objects.filter(study=study).select_related("version").order_by("pk"):
        if promotion.version in stack:
            del stack[stack.index(promotion.version) :]
        stack.append(promotion.version)
    return stack[-2] if len(stack) > 1 else None


def _decision(study: Study, run: TrainingRun, better: bool) -> Decision:
    if not better:
        return Decision.REFUSED
    automatic = study.promotion_policy == PromotionPolicy.AUTOMATIC and study.active_version_id == run.champion_id
    return Decision.PROMOTED if automatic else Decision.WAITING


def _waiting(run: TrainingRun) -> tuple[TrainingRun, ModelVersion]:
    fresh = TrainingRun.objects.select_for_update(of=("self",)).select_related("study", "candidate").get(pk=run.pk)
    if fresh.decision != Decision.WAITING or fresh.candidate is None:
        raise Conflict("This run does not wait for a decision.", code="not_waiting")
    return fresh, fresh.candidate


def _answer(run: TrainingRun, decision: Decision, by: User) -> None:
    TrainingRun.objects.filter(pk=run.pk).update(decision=decision, decided_by=by)


def _tell(study: Study, run: TrainingRun, decision: Decision) -> None:
    tell(study=study, event=HookEvent.TRAINING_DECIDED, facts=bodies.training_decided(run.pk, decision))
