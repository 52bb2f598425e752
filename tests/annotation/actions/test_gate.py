import threading
import time
from dataclasses import astuple, fields

import pytest
from django.db import DatabaseError, connection, transaction

from annotation.actions.gate import Check, approve, decide, decline, previous_version, roll_back
from annotation.actions.jobs import JobStopped, cancel, claim
from annotation.actions.training import request_training
from annotation.actions.versions import promote
from annotation.enums import Decision, JobStatus, PromotionPolicy, Role, TrainingTrigger
from annotation.errors import Conflict
from annotation.models import GateCheck, ModelVersion, Promotion, Study, TrainingRun, User
from tests.factories import make_member, make_study, make_version

pytestmark = pytest.mark.django_db

PASSED = Check("quality SROCC", 0.70, 0.75, 0.05, 0.02, 0.08, 0.0, None, decides=True, passed=True)
FAILED = Check("quality SROCC", 0.70, 0.69, -0.01, -0.04, 0.02, 0.0, None, decides=True, passed=False)


@pytest.fixture
def study() -> Study:
    study = make_study()
    promote(study=study, version=make_version(), reason="The first.")
    return study


@pytest.fixture
def ada(study: Study) -> User:
    return make_member(study, Role.MANAGER, "ada")


def running(study: Study) -> TrainingRun:
    request_training(study=study, trigger=TrainingTrigger.PERSON)
    run = claim(TrainingRun)
    assert run is not None
    return run


def waiting(study: Study) -> TrainingRun:
    run = running(study)
    assert decide(run=run, candidate=make_version(study), checks=[PASSED], better=True) == Decision.WAITING
    run.refresh_from_db()
    return run


def test_a_candidate_that_is_not_better_is_refused_and_the_champion_stays(study: Study) -> None:
    run, champion = running(study), study.active_version

    decision = decide(run=run, candidate=make_version(study), checks=[FAILED], better=False)

    run.refresh_from_db()
    study.refresh_from_db()
    assert (decision, run.decision, run.status) == (Decision.REFUSED, Decision.REFUSED, JobStatus.DONE)
    assert study.active_version == champion
    assert [(check.measure, check.low, check.passed) for check in run.checks.all()] == [("quality SROCC", -0.04, False)]


def test_every_number_of_every_check_is_stored_as_it_was_found(study: Study) -> None:
    aside = Check("quality Williams", 0.71, 0.76, 0.05, None, None, None, 0.012, decides=False, passed=False)
    run = running(study)

    decide(run=run, candidate=make_version(study), checks=[PASSED, aside], better=True)

    names = [one.name for one in fields(Check)]
    assert [*run.checks.values_list(*names)] == [astuple(PASSED), astuple(aside)]


def test_a_better_candidate_waits_for_a_person_unless_the_study_says_otherwise(study: Study) -> None:
    assert waiting(study).study.active_version == study.active_version

    Study.objects.update(promotion_policy=PromotionPolicy.AUTOMATIC)
    run, candidate = running(study), make_version(study)
    decision = decide(run=run, candidate=candidate, checks=[PASSED], better=True)

    study.refresh_from_db()
    assert (decision, study.active_version) == (Decision.PROMOTED, candidate)


def test_a_candidate_never_replaces_a_version_it_was_not_compared_with(study: Study, ada: User) -> None:
    Study.objects.update(promotion_policy=PromotionPolicy.AUTOMATIC)
    run, other = running(study), make_version(study)
    promote(study=study, version=other, reason="By hand meanwhile.")

    assert decide(run=run, candidate=make_version(study), checks=[PASSED], better=True) == Decision.WAITING
    with pytest.raises(Conflict) as refusal:
        approve(run=run, by=ada)

    study.refresh_from_db()
    run.refresh_from_db()
    assert refusal.value.code == "champion_changed"
    assert (study.active_version, run.decision) == (other, Decision.WAITING)


@pytest.mark.django_db(transaction=True)
def test_an_approval_waits_for_a_promotion_that_is_under_way(study: Study, ada: User) -> None:
    run, other = waiting(study), make_version(study)
    refusals: list[str] = []

    def approve_it() -> None:
        try:
            approve(run=run, by=ada)
        except Conflict as error:
            refusals.append(error.code)
        finally:
            connection.close()

    approver = threading.Thread(target=approve_it)
    with transaction.atomic():
        promote(study=study, version=other, reason="By hand meanwhile.")
        approver.start()
        while approver.is_alive() and not is_waited_for():
            time.sleep(0.01)
    approver.join()

    study.refresh_from_db()
    assert (refusals, study.active_version) == (["champion_changed"], other)


def is_waited_for() -> bool:
    """Whether somebody waits for a lock of this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))")
        return bool(cursor.fetchone()[0])


def test_approving_promotes_and_is_done_once(study: Study, ada: User) -> None:
    run = waiting(study)

    promotion = approve(run=run, by=ada)

    run.refresh_from_db()
    study.refresh_from_db()
    assert (run.decision, run.decided_by, promotion.promoted_by) == (Decision.PROMOTED, ada, ada)
    assert study.active_version == run.candidate == promotion.version
    with pytest.raises(Conflict):
        approve(run=run, by=ada)


def test_declining_keeps_the_champion(study: Study, ada: User) -> None:
    run, champion = waiting(study), study.active_version

    decline(run=run, by=ada)

    run.refresh_from_db()
    study.refresh_from_db()
    assert (run.decision, run.decided_by, study.active_version) == (Decision.DECLINED, ada, champion)


def test_a_run_that_was_stopped_meanwhile_decides_nothing(study: Study) -> None:
    run = running(study)
    cancel(job=run)

    with pytest.raises(JobStopped):
        decide(run=run, candidate=make_version(study), checks=[PASSED], better=True)

    assert (GateCheck.objects.count(), Promotion.objects.count()) == (0, 1)


def test_rolling_back_goes_back_and_further_back_and_never_to_and_fro(study: Study, ada: User) -> None:
    first = study.active_version
    second, third = make_version(study), make_version(study)
    for version in (second, third):
        promote(study=study, version=version, reason="Better.")

    assert [roll_back(study=study, by=ada).version for _ in range(2)] == [second, first]
    with pytest.raises(Conflict):
        roll_back(study=study, by=ada)

    study.refresh_from_db()
    assert study.active_version == first


def test_after_a_roll_back_a_new_version_can_be_rolled_back_too(study: Study, ada: User) -> None:
    first, second, third = study.active_version, make_version(study), make_version(study)
    promote(study=study, version=second, reason="Better.")
    roll_back(study=study, by=ada)

    promote(study=study, version=third, reason="Better still.")

    assert previous_version(study) == first


def test_what_the_gate_found_is_never_changed(study: Study) -> None:
    run = running(study)
    decide(run=run, candidate=make_version(study), checks=[FAILED], better=False)

    for change in (lambda: GateCheck.objects.update(passed=True), lambda: GateCheck.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()

    assert [check.passed for check in GateCheck.objects.all()] == [False]


def test_versions_are_kept_with_the_runs_that_made_them(study: Study) -> None:
    run = waiting(study)

    assert ModelVersion.objects.get(trained_in=run) == run.candidate
