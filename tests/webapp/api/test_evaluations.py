import json

import pytest

from annotation.actions.reports import keep_report
from annotation.actions.snapshots import take_snapshot
from annotation.actions.versions import promote
from annotation.enums import PrelabelPolicy
from annotation.models import Evaluation, Exposure, Snapshot, Study, User
from tests.annotation.prelabels import make_prelabel
from tests.factories import cast, make_member, make_region, make_version
from tests.webapp.api.client import Api, error_of
from tests.webapp.pages.test_comparison import report_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def snapshot(study: Study) -> Snapshot:
    cast(make_region(study), make_member(study))
    return take_snapshot(study=study)


def test_a_measurement_has_every_number_of_the_table(study: Study, dora: User, snapshot: Snapshot) -> None:
    version = make_version()
    row = keep_report(study=study, version=version, snapshot=snapshot, report=json.dumps(report_of(0.6)))

    found = Api(dora).get(f"evaluations/{row.pk}").json()

    assert (found["version"], found["snapshot"], found["status"]) == (version.pk, snapshot.pk, "done")
    assert (found["regions"], found["images"], len(found["scores"])) == (4, 3, 10)
    assert found["scores"][0] == {
        "task": "quality", "metric": "srocc", "value": 0.6, "low": 0.5, "high": pytest.approx(0.65),
    }  # fmt: skip


def test_measurements_are_asked_for_and_found_by_snapshot(study: Study, ada: User, snapshot: Snapshot) -> None:
    versions = [make_version(), make_version(study)]

    answer = Api(ada).post("studies/birds/evaluations", {})
    listed = Api(ada).get(f"studies/birds/evaluations?snapshot={snapshot.pk}&status=queued").json()["results"]

    assert (answer.status_code, [row["version"] for row in answer.json()]) == (202, [one.pk for one in versions])
    assert sorted((row["version"], row["scores"]) for row in listed) == [(one.pk, []) for one in versions]
    assert Api(ada).get("studies/birds/evaluations?snapshot=0").json()["results"] == []


def test_one_version_can_be_asked_for_alone(study: Study, ada: User, snapshot: Snapshot) -> None:
    version, _ = make_version(), make_version()

    answer = Api(ada).post("studies/birds/evaluations", {"version": version.pk, "snapshot": snapshot.pk})

    assert [row["version"] for row in answer.json()] == [version.pk]
    assert Evaluation.objects.count() == 1


def test_without_a_snapshot_there_is_nothing_to_measure_on(study: Study, ada: User) -> None:
    assert error_of(Api(ada).post("studies/birds/evaluations", {})) == (409, "no_snapshot")
    assert error_of(Api(ada).post("studies/birds/evaluations", {"snapshot": 999}))[0] == 404


def test_the_anchoring_audit_counts_and_says_where_it_knows_too_little(study: Study, dora: User) -> None:
    promote(study=study, version=make_version(), reason="The first.")
    region = make_region(study)
    prelabel = make_prelabel(region, study.active_version or make_version())
    for arm in ("shown", "hidden"):
        person = make_member(study)
        Exposure.objects.create(
            region=region, annotator=person, prelabel=prelabel, policy=PrelabelPolicy.RANDOM_ARM, arm=arm
        )
        cast(region, person)

    found = Api(dora).get("studies/birds/anchoring").json()

    assert [found[name] for name in ("shown", "hidden", "regions", "people", "time")] == [1, 1, 1, 2, None]
    assert [scale["scale"] for scale in found["scales"]][-2:] == ["quality", "importance"]
    assert found["scales"][-2] == {
        "scale": "quality",
        "pull": None,
        "spread": None,
        "said": ["Too little data to say whether shown guesses pulled quality votes."],
    }
