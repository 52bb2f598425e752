import json
from typing import Any

import pytest

from annotation.actions.reports import keep_report
from annotation.actions.snapshots import take_snapshot
from annotation.enums import JobStatus
from annotation.models import Evaluation, ModelVersion, Snapshot
from tests.factories import cast, make_region, make_study, make_version
from tests.webapp.pages.cast import Cast, client_of, make_cast
from tests.webapp.pages.test_studies import queries_of
from webapp.comparison import table_of

pytestmark = pytest.mark.django_db

PAGE = "/studies/gulls/models/comparison"


def estimate(value: float | None) -> dict[str, float | None]:
    return {"value": value, "low": None if value is None else value - 0.1, "high": value and value + 0.05}


def report_of(quality: float, *, importance: float | None = 0.5, severities: bool = True) -> dict[str, Any]:
    sets = {"regions": 4, **{name: estimate(quality / 2) for name in ("precision", "recall", "f1")}}
    scores = {
        "quality": {"srocc": estimate(quality), "plcc": estimate(quality + 0.01)},
        "importance": {"srocc": estimate(importance), "plcc": estimate(importance)},
        "severities": sets if severities else None,
        "types": sets,
    }
    return {"ways": {"closed_set": scores}, "regions": 4, "images": 3}


def measured(scene: Cast, snapshot: Snapshot, version: ModelVersion, quality: float, **more: Any) -> Evaluation:
    report = json.dumps(report_of(quality, **more))
    return keep_report(study=scene.study, version=version, snapshot=snapshot, report=report)


def another_snapshot(scene: Cast) -> Snapshot:
    cast(make_region(scene.study, scene.image), scene.people["annotator"])
    return take_snapshot(study=scene.study)


def test_versions_of_every_kind_stand_side_by_side_in_the_paper_s_order() -> None:
    scene = make_cast()
    snapshot = take_snapshot(study=scene.study)
    vlm, metric = make_version(kind="vlm"), make_version(kind="metric")
    measured(scene, snapshot, scene.version, 0.61)
    measured(scene, snapshot, vlm, 0.7)
    measured(scene, snapshot, metric, 0.5, severities=False)

    table = table_of(scene.study, snapshot)

    assert [row.version for row in table.rows] == [metric, vlm, scene.version]
    assert (table.regions, table.images, table.missing, table.busy) == (4, 3, 0, False)
    numbers = [[cell.number if cell else None for cell in row.cells] for row in table.rows]
    assert numbers == [
        ["0.500", "0.510", "0.500", "0.500", None, None, None, "25.0", "25.0", "25.0"],
        ["0.700", "0.710", "0.500", "0.500", "35.0", "35.0", "35.0", "35.0", "35.0", "35.0"],
        ["0.610", "0.620", "0.500", "0.500", "30.5", "30.5", "30.5", "30.5", "30.5", "30.5"],
    ]
    places = [[cell.place if cell else None for cell in row.cells] for row in table.rows]
    assert places == [
        [0, 0, 0, 0, None, None, None, 0, 0, 0],
        [1, 1, 0, 0, 1, 1, 1, 1, 1, 1],
        [2, 2, 0, 0, 2, 2, 2, 2, 2, 2],
    ]  # all equal in importance: nobody is best
    best = table.rows[1].cells[0]
    assert best is not None
    assert (best.between, best.left, best.right, best.middle) == ("0.600 to 0.750", 36.0, 45.0, 42.0)


def test_a_number_that_could_not_be_had_is_no_number() -> None:
    scene = make_cast()
    snapshot = take_snapshot(study=scene.study)
    measured(scene, snapshot, scene.version, -0.2, importance=None)

    [row] = table_of(scene.study, snapshot).rows

    assert row.cells[2] is None
    negative = row.cells[0]
    assert negative is not None
    assert (negative.number, negative.left, negative.middle) == ("\u22120.200", 0.0, 0.0)


def test_the_page_shows_the_newest_snapshot_on_which_something_was_measured() -> None:
    scene = make_cast()
    first = take_snapshot(study=scene.study)
    measured(scene, first, scene.version, 0.61)
    second = another_snapshot(scene)
    client = client_of(scene.people["reviewer"])

    by_default, chosen = (client.get(PAGE + query).content.decode() for query in ("", f"?snapshot={second.pk}"))

    assert ("0.610" in by_default, "0.610" in chosen) == (True, False)
    assert "Not measured" in chosen
    assert f'<option value="{first.pk}" selected>' in by_default
    assert "Measure" not in by_default.replace("Measured", "")  # only a manager may


def test_a_manager_asks_for_what_is_missing_on_the_newest_snapshot() -> None:
    scene = make_cast()
    first = take_snapshot(study=scene.study)
    measured(scene, first, scene.version, 0.61)
    second, other = another_snapshot(scene), make_version()
    client = client_of(scene.people["manager"])
    page = client.get(PAGE).content.decode()
    assert ("Measure all versions on the newest snapshot" in page, "Measure the missing here" in page) == (True, True)

    client.post(f"{PAGE}/measure")
    client.post(f"{PAGE}/measure")

    asked = Evaluation.objects.filter(snapshot=second)
    assert set(asked.values_list("version", "status", "requested_by")) == {
        (version.pk, JobStatus.QUEUED, scene.people["manager"].pk) for version in (scene.version, other)
    }
    client.post(f"{PAGE}/measure", {"snapshot": first.pk})
    assert Evaluation.objects.filter(snapshot=first).count() == 2


def test_progress_and_failures_are_said_and_the_page_asks_again_while_something_is_under_way() -> None:
    scene = make_cast()
    snapshot = take_snapshot(study=scene.study)
    rows = [
        Evaluation.objects.create(study=scene.study, version=version, snapshot=snapshot, **facts)
        for version, facts in (
            (scene.version, {"status": JobStatus.RUNNING, "done": 3, "total": 7}),
            (make_version(), {"status": JobStatus.QUEUED}),
            (make_version(), {"status": JobStatus.FAILED, "error": "There are no test regions."}),
            (make_version(), {"status": JobStatus.DONE, "report": "evaluations/lost.json"}),
        )
    ]
    client = client_of(scene.people["manager"])

    part = client.get(PAGE, headers={"hx-request": "true"}).content.decode()

    for words in ("3 of 7 images", "Waits for a worker", "There are no test regions.", "not in the store any more"):
        assert words in part
    assert ('hx-trigger="every 3s"' in part, "<html" in part) == (True, False)
    Evaluation.objects.filter(pk__in=[row.pk for row in rows]).update(status=JobStatus.FAILED)
    assert "hx-trigger" not in client.get(PAGE).content.decode()


def test_without_a_snapshot_the_page_says_where_one_comes_from() -> None:
    scene = make_cast()
    client = client_of(scene.people["manager"])

    page, refused = client.get(PAGE), client.post(f"{PAGE}/measure", follow=True)

    assert b"Nothing compared yet" in page.content
    assert b"There is no snapshot yet" in refused.content


def test_another_study_s_snapshot_is_not_there() -> None:
    scene = make_cast()
    foreign = take_snapshot(study=make_study())
    client = client_of(scene.people["manager"])

    for query in (str(foreign.pk), "x", "99999999"):
        assert client.get(PAGE, {"snapshot": query}).status_code == 404
    assert client.post(f"{PAGE}/measure", {"snapshot": foreign.pk}).status_code == 404
    assert not Evaluation.objects.exists()


def test_the_number_of_queries_does_not_grow_with_versions() -> None:
    scene = make_cast()
    snapshot = take_snapshot(study=scene.study)
    measured(scene, snapshot, scene.version, 0.6)
    client = client_of(scene.people["reviewer"])
    few = queries_of(client, PAGE)
    for _ in range(3):
        measured(scene, snapshot, make_version(), 0.5)

    assert queries_of(client, PAGE) == few
