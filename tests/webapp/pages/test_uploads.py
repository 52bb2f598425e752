import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from annotation.models import Import
from tests.webapp.pages.cast import client_of, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    Import.objects.all().delete()
    scene = make_cast()
    scene.job.delete()
    return client_of(scene.people["manager"])


def test_an_upload_becomes_an_import_under_a_name_of_ours(client: Client) -> None:
    answer = client.post(
        "/studies/gulls/images/upload", {"file": SimpleUploadedFile("../../evil name.ZIP", b"PK data")}
    )

    job = Import.objects.get()
    assert (answer.status_code, answer.json()) == (201, {"id": job.pk, "url": f"/studies/gulls/imports/{job.pk}"})
    assert (job.uploaded, job.status, job.source.startswith("uploads/"), "evil" in job.source) == (
        True,
        "queued",
        True,
        False,
    )
    with default_storage.open(job.source) as kept:
        assert kept.read() == b"PK data"


def test_an_upload_has_a_limit(client: Client, settings: LazySettings) -> None:
    settings.UPLOAD_LIMIT = 2**20
    file = SimpleUploadedFile("large.zip", b"x" * (2**20 + 1))

    answer = client.post("/studies/gulls/images/upload", {"file": file}, headers={"accept": "application/json"})

    message = "The file has more than 1 MiB."
    assert (answer.status_code, answer.json()["error"]) == (400, {"code": "too_large", "message": message})
    assert Import.objects.count() == 0


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (
            SimpleUploadedFile("photo.png", b"data"),
            "The upload must be a zip; the page packs images into one by itself.",
        ),
        (SimpleUploadedFile("empty.zip", b""), "Choose at least one image or a zip; the upload was empty."),
        (None, "Choose at least one image or a zip; the upload was empty."),
    ],
)
def test_anything_else_is_refused_and_leaves_nothing(
    client: Client, file: SimpleUploadedFile | None, message: str
) -> None:
    answer = client.post(
        "/studies/gulls/images/upload", {"file": file} if file else {}, headers={"accept": "application/json"}
    )

    assert (answer.status_code, answer.json()["error"]["message"]) == (400, message)
    assert Import.objects.count() == 0
