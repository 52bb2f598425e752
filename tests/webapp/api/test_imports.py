import io
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from annotation.models import Import, ImportedFile, Study, User
from tests.webapp.api.client import Api, error_of

pytestmark = pytest.mark.django_db


def zipped(**files: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def upload(person: User, *files: tuple[str, bytes], **others: object) -> object:
    sent = [SimpleUploadedFile(name, data) for name, data in files]
    return Api(person)("post", "studies/birds/imports", data={"files": sent} | others)


def stored(job: Import) -> dict[str, bytes]:
    with default_storage.open(job.source) as file, zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_zip_is_kept_under_a_name_of_ours(study: Study, ada: User) -> None:
    response = upload(ada, ("../../etc/passwd.zip", zipped(a=b"1", b=b"2")))

    job = Import.objects.get()
    assert response.status_code == 202
    assert (response.json()["status"], response.json()["name"]) == ("queued", job.source.removeprefix("uploads/"))
    assert (job.source[:8], job.source[-4:], len(job.source)) == ("uploads/", ".zip", 44)
    assert (job.uploaded, job.requested_by, job.study) == (True, ada, study)
    assert stored(job) == {"a": b"1", "b": b"2"}


def test_images_are_packed_into_one_zip_and_names_that_come_twice_are_kept_apart(study: Study, ada: User) -> None:
    upload(ada, ("robin.png", b"one"), ("robin.png", b"two"), ("wren [1].png", b"three"))

    assert stored(Import.objects.get()) == {"robin.png": b"one", "2/robin.png": b"two", "wren [1].png": b"three"}


def test_a_table_of_scores_may_come_along(study: Study, ada: User) -> None:
    scores = SimpleUploadedFile("s.csv", b"path,score\nrobin.png,3\n")

    upload(ada, ("robin.png", b"one"), scores=scores)

    job = Import.objects.get()
    with default_storage.open(job.scores) as file:
        assert file.read() == b"path,score\nrobin.png,3\n"
    assert job.scores[-4:] == ".csv"


def test_nothing_two_zips_and_unknown_fields_are_refused(study: Study, ada: User) -> None:
    assert error_of(upload(ada)) == (400, "no_file")
    assert error_of(upload(ada, ("a.zip", zipped(a=b"")), ("b.zip", zipped(b=b"")))) == (400, "mixed_files")
    assert error_of(upload(ada, ("a.png", b"x"), source="/etc")) == (400, "unknown_field")
    assert Import.objects.count() == 0


def test_json_is_not_taken_here(ada: User) -> None:
    assert error_of(Api(ada).post("studies/birds/imports", {"source": "/etc"})) == (415, "unsupported_media_type")


@override_settings(UPLOAD_LIMIT=1000)
def test_an_upload_too_large_is_refused_unread(study: Study, ada: User) -> None:
    assert error_of(upload(ada, ("a.png", b"x" * 1000))) == (413, "too_large")
    assert Import.objects.count() == 0


@override_settings(DATA_UPLOAD_MAX_NUMBER_FILES=2)
def test_more_files_than_are_taken_at_once_are_told_by_their_number(study: Study, ada: User) -> None:
    answer = upload(ada, *((f"{name}.png", b"x") for name in "abc"))

    assert error_of(answer) == (413, "too_many")
    assert answer.json()["error"]["message"] == "At most 2 files are taken at once; send them as one zip."
    assert Import.objects.count() == 0


def test_a_forged_upload_is_refused_before_its_body_is_read(study: Study, ada: User) -> None:
    api = Api(ada, csrf=False)

    response = api(
        "post", "studies/birds/imports", data={"csrfmiddlewaretoken": "x", "files": SimpleUploadedFile("a", b"b")}
    )

    assert error_of(response) == (403, "csrf_failed")


def test_the_verdicts_are_listed_and_filtered(study: Study, ada: User) -> None:
    job = Import.objects.create(study=study, source="/srv/photos/birds")
    ImportedFile.objects.create(job=job, path="a.png", verdict="imported")
    ImportedFile.objects.create(job=job, path="b.png", verdict="refused", message="It is cut off.")

    everything = Api(ada).get(f"imports/{job.pk}/files").json()["results"]
    refused = Api(ada).get(f"imports/{job.pk}/files", {"verdict": "refused"}).json()["results"]

    assert [file["path"] for file in everything] == ["a.png", "b.png"]
    assert refused == [everything[1]]
    assert refused[0]["message"] == "It is cut off."
    assert Api(ada).get(f"imports/{job.pk}").json()["name"] == "birds"


def test_an_import_is_stopped_and_goes_on(study: Study, ada: User) -> None:
    job = Import.objects.create(study=study, source="uploads/a.zip", uploaded=True)

    stopped = Api(ada).post(f"imports/{job.pk}/cancellation").json()["status"]
    again = Api(ada).post(f"imports/{job.pk}/cancellation")
    resumed = Api(ada).post(f"imports/{job.pk}/resumption").json()["status"]

    assert (stopped, error_of(again), resumed) == ("cancelled", (409, "ended"), "queued")
    assert error_of(Api(ada).post(f"imports/{job.pk}/resumption")) == (409, "not_stopped")
