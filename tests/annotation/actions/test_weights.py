"""Old weights leave the store; the versions stay, and say why they cannot be used any more."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from annotation.actions.evaluations import request_evaluation, request_missing_evaluations
from annotation.actions.gate import roll_back
from annotation.actions.snapshots import take_snapshot
from annotation.actions.versions import promote, register_version
from annotation.actions.weights import drop_old_weights, droppable
from annotation.enums import Decision, DeedKind, JobStatus, TrainingTrigger
from annotation.errors import Conflict
from annotation.models import Deed, DroppedWeights, Evaluation, ModelVersion, Promotion, Study, TrainingRun
from annotation.queries.training import trainable
from annotation.version_store import metrics
from tests.annotation.actions.test_versions import directory, store
from tests.factories import make_study, make_user, make_version

__all__ = ["store"]

pytestmark = pytest.mark.django_db


def versions(study: Study, number: int) -> list[ModelVersion]:
    return [make_version(study) for _ in range(number)]


def registered(study: Study, folder: Path, number: int) -> list[ModelVersion]:
    """With files."""
    sources = [directory(folder / str(one), weights=f"weights {one}".encode()) for one in range(number)]
    return [register_version(directory=source, study=study) for source in sources]


def run_of(study: Study, **facts: object) -> TrainingRun:
    """An old one that ended."""
    values = {"trigger": TrainingTrigger.PERSON, "status": JobStatus.DONE, "decision": Decision.REFUSED}
    run = TrainingRun.objects.create(study=study, **values | facts)
    TrainingRun.objects.filter(pk=run.pk).update(requested_at=timezone.now() - timedelta(days=30))
    return run


def test_old_weights_go_and_all_that_is_known_of_the_versions_stays(tmp_path: Path, store: Path) -> None:
    study, ada = make_study(), make_user("ada")
    old, *_ = kept = registered(study, tmp_path, 4)

    assert drop_old_weights(study=study, by=ada) == [old]

    assert sorted(path.name for path in (store / old.folder).iterdir()) == [
        "config.json",
        "manifest.json",
        "metrics.json",
    ]
    assert metrics(old.folder) == {"test": {"quality": 0.8}}
    assert all((store / one.folder / "weights.safetensors").is_file() for one in kept[1:])
    assert ModelVersion.objects.count() == 4
    assert DroppedWeights.objects.get().dropped_by == ada
    deed = Deed.objects.get()
    assert (deed.kind, deed.by, deed.subject, deed.target) == (DeedKind.WEIGHTS_DROPPED, ada, old.name, old.pk)
    assert drop_old_weights(study=study, by=ada) == []


def test_what_a_process_that_died_left_goes_the_next_time(tmp_path: Path, store: Path) -> None:
    study = make_study()
    old, *_ = registered(study, tmp_path, 4)
    DroppedWeights.objects.create(version=old)

    assert drop_old_weights(study=study, by=None) == []

    assert not (store / old.folder / "weights.safetensors").exists()


def test_what_speaks_or_spoke_before_or_waits_keeps_its_weights() -> None:
    study = make_study()
    before, active, waiting, champion, tried, measured, *_ = own = versions(study, 12)
    for version in (before, active):
        promote(study=study, version=version, reason="For the test.")
    run_of(study, champion=champion, candidate=waiting, decision=Decision.WAITING)
    run_of(study, champion=active, candidate=tried)
    Evaluation.objects.create(study=study, version=measured, snapshot=take_snapshot(study=study))

    assert droppable(study) == [tried, *own[6:9]]


def test_what_a_run_of_yesterday_may_go_on_from_keeps_its_weights() -> None:
    study = make_study()
    start, *_ = versions(study, 4)
    TrainingRun.objects.create(study=study, trigger=TrainingTrigger.PERSON, status=JobStatus.CANCELLED, champion=start)

    assert droppable(study) == []


def test_versions_of_the_platform_and_of_other_studies_are_not_touched() -> None:
    study, other = make_study(), make_study()
    for whose in (None, other):
        for _ in range(5):
            make_version(whose)

    assert droppable(study) == []


def test_a_version_without_weights_says_why_it_cannot_speak_or_be_measured(tmp_path: Path) -> None:
    study, ada = make_study(), make_user("ada")
    first, second, third, *_ = registered(study, tmp_path, 6)
    for version in (first, second, third):
        promote(study=study, version=version, reason="For the test.")
    assert drop_old_weights(study=study, by=ada) == [first]
    promote(study=study, version=second, reason="Back.")
    snapshot = take_snapshot(study=study)
    words = f"The weights of {first.name} were dropped on {timezone.now():%Y-%m-%d}: it can be looked up"

    with pytest.raises(Conflict, match=words):
        promote(study=study, version=first, reason="Again.")
    with pytest.raises(Conflict, match=words):
        roll_back(study=study, by=ada)
    with pytest.raises(Conflict, match=words):
        request_evaluation(study=study, version=first, snapshot=snapshot, by=ada)

    assert request_missing_evaluations(study=study, snapshot=snapshot, by=ada) == 5
    assert not Evaluation.objects.filter(version=first).exists()


def test_nothing_is_trained_from_a_version_without_weights() -> None:
    study = make_study()
    older, newer = versions(study, 2)
    DroppedWeights.objects.create(version=newer)

    assert trainable(study) == older


def test_the_same_version_registered_again_has_its_weights_back(tmp_path: Path, store: Path) -> None:
    study = make_study()
    old, *_ = registered(study, tmp_path, 4)
    drop_old_weights(study=study, by=None)

    again = register_version(directory=tmp_path / "0", study=study)

    assert again == old
    assert (store / old.folder / "weights.safetensors").read_bytes() == b"weights 0"
    promote(study=study, version=again, reason="Better after all.")


def test_the_database_refuses_what_the_rules_refuse() -> None:
    study = make_study()
    active, dropped = versions(study, 2)
    promote(study=study, version=active, reason="For the test.")
    DroppedWeights.objects.create(version=dropped)

    with pytest.raises(IntegrityError, match="were dropped"), transaction.atomic():
        Promotion.objects.create(study=study, version=dropped, reason="Past the rules.")
    with pytest.raises(IntegrityError, match="keeps its weights"), transaction.atomic():
        DroppedWeights.objects.create(version=active)
