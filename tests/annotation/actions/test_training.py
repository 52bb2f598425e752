from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from annotation.actions.jobs import JobStopped, cancel, claim, fail, finish
from annotation.actions.training import (
    POINTS,
    base_of,
    enter_stage,
    freeze,
    not_due,
    nothing_new,
    request_due_trainings,
    request_training,
    thinned,
)
from annotation.actions.versions import promote
from annotation.enums import Decision, JobStatus, ModelKind, StudyStatus, TrainingStage, TrainingTrigger
from annotation.errors import Conflict
from annotation.models import Label, Study, TrainingRun
from annotation.queries.training import newly_settled, settled_more, tries_on_this_holdout
from tests.factories import cast, make_member, make_region, make_study, make_version

pytestmark = pytest.mark.django_db


def ready_study(**fields: object) -> Study:
    study = make_study(**{"votes_wanted": 1, "retrain_after": 2} | fields)
    promote(study=study, version=make_version(), reason="The first.")
    return study


def settle(study: Study, number: int = 1) -> None:
    for _ in range(number):
        cast(make_region(study), make_member(study))


def claimed(study: Study, trigger: TrainingTrigger = TrainingTrigger.PERSON) -> TrainingRun:
    request_training(study=study, trigger=trigger)
    run = claim(TrainingRun)
    assert run is not None
    return run


def test_a_study_trains_one_model_at_a_time() -> None:
    study = ready_study()
    run = request_training(study=study, trigger=TrainingTrigger.PERSON)

    with pytest.raises(Conflict) as refusal:
        request_training(study=study, trigger=TrainingTrigger.SCHEDULE)

    assert refusal.value.code == "under_way"
    assert [*TrainingRun.objects.all()] == [run]
    assert run.champion == study.active_version


@pytest.mark.django_db(transaction=True)
def test_two_schedules_at_once_start_one_run() -> None:
    study, start = ready_study(), Barrier(8)

    def ask() -> None:
        start.wait()
        try:
            request_training(study=study, trigger=TrainingTrigger.SCHEDULE)
        except Conflict:
            pass
        finally:
            connection.close()

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert TrainingRun.objects.count() == 1


def test_enough_newly_settled_labels_begin_a_run_and_too_few_do_not() -> None:
    study = ready_study()
    settle(study)
    assert request_due_trainings() == []

    settle(study)
    (run,) = request_due_trainings()

    assert (run.study, run.trigger) == (study, TrainingTrigger.THRESHOLD)
    assert request_due_trainings() == []


def test_labels_are_new_since_the_last_run_whatever_became_of_it() -> None:
    study = ready_study()
    settle(study, 2)
    run = claimed(study)
    Label.objects.update(updated_at=run.requested_at - timedelta(seconds=1))
    fail(run, "The disk was full.")
    assert (newly_settled(study), request_due_trainings()) == (0, [])

    settle(study, 2)

    assert [due.study for due in request_due_trainings()] == [study]


def candidate_of(study: Study) -> TrainingRun:
    """A run that was compared, with its snapshot; what settled before it is a minute old."""
    run = claimed(study)
    freeze(run=run)
    finish(run, decision=Decision.REFUSED)
    Label.objects.update(updated_at=run.requested_at - timedelta(minutes=1))
    return run


@pytest.mark.parametrize("trigger", [TrainingTrigger.SCHEDULE, TrainingTrigger.THRESHOLD])
def test_after_a_candidate_a_run_waits_for_enough_new_labels(trigger: TrainingTrigger) -> None:
    study = ready_study()
    settle(study)
    assert not_due(claimed(study, trigger)) == ""  # the first candidate
    TrainingRun.objects.all().delete()
    candidate_of(study)
    settle(study)

    run = claimed(study, trigger)

    assert not_due(run) == (
        "Nothing was learnt: of the 2 newly settled labels that the study asks for after a candidate there are 1."
    )
    settle(study)
    assert not_due(run) == ""


@pytest.mark.parametrize(("trigger", "wanted"), [(TrainingTrigger.PERSON, 2), (TrainingTrigger.SCHEDULE, None)])
def test_a_person_and_a_study_without_a_minimum_do_not_wait(trigger: TrainingTrigger, wanted: int | None) -> None:
    study = ready_study(retrain_after=wanted)
    settle(study)
    candidate_of(study)

    assert not_due(claimed(study, trigger)) == ""


def test_a_run_that_has_begun_goes_on_however_few_there_are() -> None:
    study = ready_study()
    candidate_of(study)
    run = claimed(study, TrainingTrigger.SCHEDULE)
    freeze(run=run)

    assert not_due(run) == ""


def test_what_settled_while_the_candidate_waited_for_its_worker_is_not_new() -> None:
    study = ready_study()
    run = claimed(study)
    settle(study, 2)
    freeze(run=run)
    finish(run, decision=Decision.REFUSED)

    assert (newly_settled(study), request_due_trainings()) == (0, [])
    assert not_due(claimed(study, TrainingTrigger.SCHEDULE)).endswith("there are 0.")


def test_schedules_that_find_too_few_do_not_begin_the_count_anew() -> None:
    study = ready_study()
    candidate_of(study)
    for _ in range(2):
        settle(study)
        run = claimed(study, TrainingTrigger.SCHEDULE)
        finish(run, decision=Decision.TOO_FEW)

    assert newly_settled(study) == 2
    assert [due.trigger for due in request_due_trainings()] == [TrainingTrigger.THRESHOLD]


def test_a_run_knows_how_many_more_settled_labels_it_has_than_the_last_candidate() -> None:
    study = ready_study()
    settle(study)
    first = candidate_of(study)
    settle(study, 3)
    run = claimed(study)
    assert [settled_more(first), settled_more(run)] == [None, None]

    freeze(run=run)

    assert settled_more(run) == 3


@pytest.mark.parametrize("fields", [{"retrain_after": None}, {"status": StudyStatus.PAUSED}])
def test_a_study_that_does_not_want_it_is_not_trained(fields: dict[str, object]) -> None:
    settle(ready_study(**fields), 3)

    assert request_due_trainings() == []


def test_without_a_model_there_is_nothing_to_train() -> None:
    with pytest.raises(Conflict) as refusal:
        request_training(study=make_study(), trigger=TrainingTrigger.PERSON)

    assert refusal.value.code == "no_model"


def test_training_starts_from_the_champion_or_from_the_newest_network_beside_another_kind() -> None:
    study = ready_study()
    network = study.active_version
    assert base_of(claimed(study)) == network
    TrainingRun.objects.update(status=JobStatus.CANCELLED)

    promote(study=study, version=make_version(study, kind=ModelKind.METRIC), reason="It is better.")

    run = claimed(study)
    assert (run.champion, base_of(run)) == (study.active_version, network)


def test_the_snapshot_of_a_run_that_is_taken_over_is_the_first_one(settings: object) -> None:
    study = ready_study()
    settle(study)
    run = claimed(study)
    first = freeze(run=run)
    settle(study)
    TrainingRun.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=5))

    again = claim(TrainingRun)

    assert again is not None
    assert freeze(run=again) == first
    with pytest.raises(JobStopped):
        enter_stage(run=run, stage=TrainingStage.TRAINING)


def test_the_same_snapshot_as_last_time_is_nothing_new() -> None:
    study = ready_study()
    settle(study)
    run = claimed(study)
    freeze(run=run)
    assert not nothing_new(run)
    TrainingRun.objects.update(status=JobStatus.DONE, decision=Decision.REFUSED)

    second = claimed(study)
    freeze(run=second)
    assert nothing_new(second)
    cancel(job=second)

    settle(study)
    third = claimed(study)
    freeze(run=third)
    assert not nothing_new(third)


def test_a_hold_out_that_was_used_counts_its_tries_until_it_has_grown() -> None:
    study = ready_study()
    for decision in (Decision.REFUSED, Decision.PROMOTED, Decision.UNCHANGED):
        TrainingRun.objects.create(
            study=study, trigger="person", status=JobStatus.DONE, decision=decision, test_regions=100
        )
    run = claimed(study)

    assert [tries_on_this_holdout(run, regions) for regions in (100, 120, 130)] == [3, 3, 1]


def test_a_long_curve_is_kept_as_means() -> None:
    assert thinned([1.0, 2.0]) == [1.0, 2.0]
    assert thinned([float(number // 3) for number in range(3 * POINTS)]) == [float(number) for number in range(POINTS)]
