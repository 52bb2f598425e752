"""The platform with its files in a bucket: what comes in, what is looked at, what goes out, and a backup that comes back."""

import hashlib
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection

from annotation import version_store
from annotation.actions import strays, uploads
from annotation.actions.proposals import claim_images
from annotation.actions.versions import register_version
from annotation.enums import ImportVerdict, JobStatus, Role
from annotation.models import Image, Import, Region, Study
from tests.annotation.actions.test_exports import run
from tests.annotation.actions.test_imports import import_from, verdicts
from tests.annotation.actions.test_versions import directory
from tests.buckets import bucket, keys_in
from tests.factories import cast, make_image, make_member, make_region, make_study
from tests.pictures import picture_bytes, write_pictures
from tests.webapp.api.client import Api
from tests.webapp.backup.empty import emptied, restore, rows
from tests.webapp.pages.cast import client_of
from tests.workers.proposers import FakeProposer
from webapp.health import readyz
from webapp.settings import _files
from workers.tasks import proposals

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
NOBODY = "s3://key:secret@birds?endpoint=http://127.0.0.1:1&region=us-east-1"


@pytest.fixture
def address(settings: Any, tmp_path: Path) -> Iterator[str]:
    with bucket() as address:
        settings.STORAGES = settings.STORAGES | {"default": _files(address)}
        settings.FILES_URL, settings.VERSIONS_DIR = address, tmp_path / "fetched"
        version_store.metrics.cache_clear()
        yield address


@pytest.fixture
def study(address: str, tmp_path: Path) -> Study:
    """Three photographs that were imported; each has a region with two votes."""
    study = make_study(slug="gulls", votes_wanted=2)
    assert import_from(study, tmp_path / "photos").status == JobStatus.FAILED
    write_pictures(tmp_path / "photos", 3)
    (tmp_path / "photos" / "broken.png").write_bytes(b"no picture")
    job = import_from(study, tmp_path / "photos")
    assert sorted(verdicts(job).values()) == [ImportVerdict.IMPORTED] * 3 + [ImportVerdict.REFUSED]
    people = [make_member(study) for _ in range(2)]
    for image in Image.objects.order_by("pk"):
        region = make_region(study, image)
        for person in people:
            cast(region, person)
    return study


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_photographs_go_out_as_they_came_in(study: Study, tmp_path: Path, address: str) -> None:
    image = Image.objects.order_by("name").first()
    assert image is not None
    data = (tmp_path / "photos" / image.name).read_bytes()

    answer = Api(make_member(study, Role.REVIEWER)).get(f"images/{image.pk}/file")
    small = client_of(make_member(study, Role.MANAGER)).get(f"/studies/gulls/images/{image.pk}/thumbnail")

    assert (body(answer), answer["ETag"], answer["Content-Length"]) == (data, f'"{image.sha256}"', str(len(data)))
    assert (small.status_code, small.content[-2:]) == (200, b"\xff\xd9")
    stored = keys_in(urlsplit(address).hostname or "")
    assert stored == sorted(
        [f"gulls/images/{one.sha256[:2]}/{one.sha256}.png" for one in Image.objects.all()]
        + [f"gulls/thumbnails/{image.sha256[:2]}/{image.sha256}-320.jpg"]
    )


def test_an_export_is_downloaded_and_made_again_with_the_same_bytes(study: Study) -> None:
    first, second = run(study, "csv", include_images=True), run(study, "csv", include_images=True)
    manager = client_of(make_member(study, Role.MANAGER))

    got = [body(manager.get(f"/studies/gulls/downloads/{export.pk}/file")) for export in (first, second)]

    assert got[0] == got[1]
    with zipfile.ZipFile(BytesIO(got[0])) as archive:
        packed = {hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist() if "images/" in name}
    assert packed == {image.sha256 for image in Image.objects.all()}
    call_command("verify_labels", "gulls", files=True, exports=True)


def test_a_version_is_brought_here_and_its_weights_can_go(address: str, tmp_path: Path) -> None:
    source = directory(tmp_path / "starter")

    folder = register_version(directory=source).folder
    here = version_store.local_directory(folder)
    version_store.drop_weights(folder)

    assert {path.name: path.read_bytes() for path in here.iterdir()} == {
        path.name: path.read_bytes() for path in source.iterdir()
    }
    assert sorted(name.rpartition("/")[2] for name in version_store.stored_files(folder)) == [
        *("config.json", "manifest.json", "metrics.json")
    ]


def test_an_uploaded_zip_is_imported_and_what_nobody_names_goes(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("more/gull.png", picture_bytes("PNG", 50, 40, seed=9))
    name = default_storage.save("uploads/more.zip", packed)
    stray = default_storage.save(strays.unique_name("exports", study.pk, "a.zip"), BytesIO(b"half"))
    default_storage.save("uploads/nobodys.zip", BytesIO(b"PK"))

    job = import_from(study, name, uploaded=True)
    assert (strays.forget_strays(), uploads.forget_uploads(), job.status) == (0, 0, JobStatus.DONE)
    for kept in (f"{strays.__name__}.STRAY_AFTER", f"{uploads.__name__}.KEPT"):
        monkeypatch.setattr(kept, timedelta(days=-1))
    Import.objects.filter(pk=job.pk).update(finished_at=None)

    assert (strays.forget_strays(), uploads.forget_uploads()) == (1, 1)
    assert [default_storage.exists(one) for one in (stray, name, "uploads/nobodys.zip")] == [False, True, False]


def test_a_backup_comes_back_into_another_bucket(study: Study, tmp_path: Path) -> None:
    run(study, "csv")
    call_command("backup", str(tmp_path / "backup"))

    with bucket() as other, emptied() as database:
        done = restore(database, other, tmp_path / "backup")
        stored = keys_in(urlsplit(other).hostname or "")
        votes = rows(database, "SELECT count(*) FROM annotation_vote")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "gulls: 3 labels verified, 3 files read"
    assert (len(stored), votes) == (5, [(6,)])


def test_a_store_that_is_away_is_told_and_no_image_is_blamed(study: Study, settings: Any, rf: Any) -> None:
    assert readyz(rf.get("/readyz")).status_code == 503  # for other reasons
    image = make_image(study, picture_bytes("PNG", 64, 48, seed=5))
    settings.STORAGES = settings.STORAGES | {"default": _files(NOBODY)}
    proposer = FakeProposer()

    answer = Api(make_member(study, Role.REVIEWER)).get(f"images/{image.pk}/file")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proposals, "proposer", lambda: proposer)
        proposed = proposals.propose_regions_task()

    image.refresh_from_db()
    for page in (f"images/{image.pk}/thumbnail", f"images/{image.pk}/file"):
        assert client_of(make_member(study, Role.MANAGER)).get(f"/studies/gulls/{page}").status_code == 503
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json()["error"]["message"] == "The store of files is away; try again."
    assert (proposed, image.proposal_error, image.proposal_attempts) == (0, "", 0)
    assert Region.objects.filter(image=image).count() == 0
    assert [one.pk for one in claim_images(limit=9)][-1] == image.pk
    assert b"the store of files is away, or refuses us" in readyz(rf.get("/readyz")).content
    assert connection.is_usable()
