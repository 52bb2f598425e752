import pytest

from annotation.actions.snapshots import take_snapshot
from annotation.actions.versions import promote
from annotation.enums import Decision
from annotation.models import GateCheck, Promotion, Study, TrainingRun, User
from tests.factories import make_study, make_version
from tests.webapp.api.client import Api

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(study: Study) -> TrainingRun:
    promote(study=study, version=make_version(), reason="The first.")
    run = TrainingRun.objects.create(
        study=study,
        trigger="person",
        status="done",
        decision=Decision.WAITING,
        champion=study.active_version,
        candidate=make_version(study),
        losses=[2.0, 1.0],
    )
    GateCheck.objects.create(run=run, measure="quality_srocc", champion=0.6, candidate=0.7, passed=True)
    return run


def test_a_candidate_that_waits_is_promoted(study: Study, ada: User, waiting: TrainingRun) -> None:
    api = Api(ada)

    shown = api("get", f"training-runs/{waiting.pk}").json()
    decided = api("put", f"training-runs/{waiting.pk}/decision", {"promote": True})

    study.refresh_from_db()
    assert [(check["measure"], check["candidate"]) for check in shown["checks"]] == [("quality_srocc", 0.7)]
    assert (decided.status_code, decided.json()["decision"]) == (200, "promoted")
    assert study.active_version == waiting.candidate
    assert (
        api("put", f"training-runs/{waiting.pk}/decision", {"promote": True}).json()["error"]["code"] == "not_waiting"
    )


def test_a_candidate_that_waits_is_declined_and_the_champion_stays(
    study: Study, ada: User, waiting: TrainingRun
) -> None:
    declined = Api(ada)("put", f"training-runs/{waiting.pk}/decision", {"promote": False})

    study.refresh_from_db()
    assert (declined.status_code, declined.json()["decision"]) == (200, "declined")
    assert (study.active_version, Promotion.objects.count()) == (waiting.champion, 1)


def test_a_run_is_asked_for_once_stopped_and_resumed(study: Study, ada: User) -> None:
    promote(study=study, version=make_version(), reason="The first.")
    api = Api(ada)

    run = api("post", f"studies/{study.slug}/training-runs").json()
    again = api("post", f"studies/{study.slug}/training-runs")
    stopped = api("post", f"training-runs/{run['id']}/cancellation").json()
    resumed = api("post", f"training-runs/{run['id']}/resumption").json()

    assert (run["status"], again.status_code, again.json()["error"]["code"]) == ("queued", 409, "under_way")
    assert (stopped["status"], resumed["status"]) == ("cancelled", "queued")


def test_versions_are_promoted_and_rolled_back(study: Study, ada: User) -> None:
    first, second, foreign = make_version(), make_version(study), make_version(make_study())
    api, place = Api(ada), f"studies/{study.slug}/promotions"

    codes = [
        api("post", place, body).status_code
        for body in (
            *({"version": first.pk}, {"version": second.pk}, {"version": foreign.pk}),
            *({"back": True}, {}, {"back": True, "version": first.pk}),
        )
    ]

    assert codes == [201, 201, 404, 201, 400, 400]
    assert [row.version for row in Promotion.objects.order_by("pk")] == [first, second, first]
    shown = api("get", f"studies/{study.slug}/versions").json()
    assert [(one["id"], one["active"]) for one in shown] == [(second.pk, False), (first.pk, True)]


def test_version_run_and_snapshot_lead_from_one_to_the_next(study: Study, ada: User, waiting: TrainingRun) -> None:
    snapshot = take_snapshot(study=study)
    TrainingRun.objects.update(snapshot=snapshot, regions_per_second=12.5, cpu_seconds=119.0)
    api = Api(ada)

    versions = {one["id"]: one for one in api("get", f"studies/{study.slug}/versions").json()}
    run = api("get", f"training-runs/{versions[waiting.candidate_id]['training_run']}").json()
    snapshots = api("get", f"studies/{study.slug}/snapshots").json()["results"]

    assert (run["id"], run["candidate"], run["snapshot"]) == (waiting.pk, waiting.candidate_id, snapshot.pk)
    assert [(one["id"], one["sha256"]) for one in snapshots] == [(snapshot.pk, snapshot.sha256)]
    assert (run["regions_per_second"], run["cpu_seconds"]) == (12.5, 119.0)
    assert versions[waiting.champion_id]["training_run"] is None
