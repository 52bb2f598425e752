import pytest
from django.core.files.base import ContentFile

from annotation.enums import ExportFormat, JobStatus
from annotation.models import Export, Snapshot, Study, User
from tests.webapp.api.client import Api, error_of
from tests.webapp.pages.cast import client_of

pytestmark = pytest.mark.django_db


def finished(study: Study) -> Export:
    export = Export.objects.create(study=study, format=ExportFormat.CSV, status=JobStatus.DONE, byte_size=5)
    export.file.save("x.csv.zip", ContentFile(b"bytes"))
    return export


def test_an_export_is_asked_for_and_waits(study: Study, ada: User) -> None:
    response = Api(ada).post("studies/birds/exports", {"format": "coco", "include_images": True})

    export = Export.objects.get()
    assert response.status_code == 202
    assert response.json() | {"requested_at": ""} == {
        "id": export.pk,
        "status": "queued",
        "done": 0,
        "total": 0,
        "percent": 0,
        "error": "",
        "requested_at": "",
        "started_at": None,
        "finished_at": None,
        "format": "coco",
        "include_images": True,
        "without_exposed": False,
        "with_excluded": False,
        "language": "en",
        "snapshot": None,
        "byte_size": 0,
        "expired": False,
        "file": None,
    }
    assert (export.requested_by, export.study) == (ada, study)


def test_the_same_export_twice_at_once_is_a_conflict(study: Study, ada: User) -> None:
    Api(ada).post("studies/birds/exports", {"format": "csv"})

    assert error_of(Api(ada).post("studies/birds/exports", {"format": "csv"})) == (409, "under_way")
    assert Export.objects.count() == 1


def test_votes_that_saw_a_prelabel_can_be_left_out_and_that_is_another_export(study: Study, ada: User) -> None:
    Api(ada).post("studies/birds/exports", {"format": "csv"})

    answer = Api(ada).post("studies/birds/exports", {"format": "csv", "without_exposed": True})

    assert (answer.status_code, answer.json()["without_exposed"]) == (202, True)
    assert sorted(Export.objects.values_list("without_exposed", flat=True)) == [False, True]


def test_an_expired_export_says_so_and_is_made_again(study: Study, ada: User) -> None:
    export = finished(study)
    export.file = ""
    export.snapshot = Snapshot.objects.create(
        study=study, sha256="a" * 64, file="x", rule="r", images=1, regions=2, settled=3, votes=4
    )
    export.save()

    facts = Api(ada).get(f"exports/{export.pk}").json()
    refused = Api(ada).get(f"exports/{export.pk}/file")
    again = Api(ada).post(f"exports/{export.pk}/repetition")

    assert (facts["expired"], facts["file"], error_of(refused)) == (True, None, (409, "expired"))
    assert (again.status_code, again.json()["status"], again.json()["snapshot"]) == (202, "queued", export.snapshot_id)


def test_an_unknown_format_is_refused(study: Study, ada: User) -> None:
    response = Api(ada).post("studies/birds/exports", {"format": "xls"})

    assert list(response.json()["error"]["fields"]) == ["format"]
    assert Export.objects.count() == 0


def test_a_finished_export_is_downloaded_never_shown(study: Study, dora: User) -> None:
    export = finished(study)

    facts = Api(dora).get(f"exports/{export.pk}").json()
    file = Api(dora).get(facts["file"])

    assert file.getvalue() == b"bytes"
    assert file["Content-Disposition"].startswith(f'attachment; filename="birds-csv-{export.pk}.')
    assert (file["Content-Type"], file["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert file["Cache-Control"] == "private, no-store"


def test_an_export_that_is_not_done_cannot_be_had(study: Study, dora: User) -> None:
    export = Export.objects.create(study=study, format=ExportFormat.CSV)

    assert error_of(Api(dora).get(f"exports/{export.pk}/file")) == (409, "not_done")


def test_an_export_is_stopped_once(study: Study, ada: User) -> None:
    export = Export.objects.create(study=study, format=ExportFormat.CSV)

    first = Api(ada).post(f"exports/{export.pk}/cancellation")

    assert (first.status_code, first.json()["status"]) == (200, "cancelled")
    assert error_of(Api(ada).post(f"exports/{export.pk}/cancellation")) == (409, "ended")


def test_snapshots_are_listed_with_their_hash(study: Study, dora: User) -> None:
    Snapshot.objects.create(study=study, sha256="a" * 64, file="x", rule="r", images=1, regions=2, settled=3, votes=4)

    found = Api(dora).get("studies/birds/snapshots").json()["results"]

    assert [(one["sha256"], one["regions"], one["votes"]) for one in found] == [("a" * 64, 2, 4)]


@pytest.mark.parametrize(
    ("said", "accepted", "kept", "told"),
    [
        ({}, "en", "", "en"),
        ({}, "zh-CN", "zh-hans", "zh-hans"),
        ({"language": "en"}, "zh-CN", "", "en"),
        ({"language": "zh-hans"}, "en", "zh-hans", "zh-hans"),
    ],
)
def test_a_report_is_in_the_language_that_is_asked_for_else_the_asker_s(
    study: Study, ada: User, said: dict[str, str], accepted: str, kept: str, told: str
) -> None:
    client = client_of(ada)

    answer = client.post(
        "/api/v1/studies/birds/exports", {"format": "report", **said}, "application/json",
        headers={"Accept-Language": accepted},
    )  # fmt: skip

    assert (answer.status_code, answer.json()["language"], Export.objects.get().language) == (202, told, kept)


def test_data_have_no_language_whoever_asks(study: Study, ada: User) -> None:
    client = client_of(ada)
    ask = {"path": "/api/v1/studies/birds/exports", "content_type": "application/json"}

    taken = client.post(data={"format": "csv"}, headers={"Accept-Language": "zh-CN"}, **ask)
    refused = Api(ada).post("studies/birds/exports", {"format": "hf", "language": "zh-hans"})
    unknown = Api(ada).post("studies/birds/exports", {"format": "report", "language": "tlh"})

    assert (taken.status_code, taken.json()["language"]) == (202, "en")
    assert refused.json()["error"]["message"] == "Only a report has a language; data are the same in every language."
    assert (error_of(refused), error_of(unknown)) == ((400, "invalid"), (400, "invalid"))
    assert Export.objects.count() == 1
