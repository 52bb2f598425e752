"""Pictures that come again: their scores, their bytes, and how many are held in memory."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from annotation.actions import imports
from annotation.models import Image
from tests.annotation.actions.test_imports import import_from, verdicts
from tests.factories import make_study
from tests.pictures import picture_bytes, write_pictures

pytestmark = pytest.mark.django_db
LEFT = "This picture is in the study already, without this score; “Outside scores” brings it in."


def test_a_score_that_a_picture_of_the_study_did_not_get_is_told(tmp_path: Path) -> None:
    study = make_study()
    write_pictures(tmp_path / "in", 2)
    scores = tmp_path / "scores.csv"
    scores.write_text("path,score\nphoto (0).png,3\n")
    import_from(study, tmp_path / "in", scores=str(scores))
    scores.write_text("path,score\nphoto (0).png,3\nphoto (1).png,4\n")

    job = import_from(study, tmp_path / "in", scores=str(scores))

    assert dict(job.files.values_list("path", "message")) == {
        "photo (0).png": "This picture is in the study already.",
        "photo (1).png": LEFT,
    }
    assert dict(Image.objects.values_list("name", "outside_mos")) == {"photo (0).png": 3.0, "photo (1).png": None}


def test_a_score_of_the_second_of_two_equal_pictures_is_told(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.png", "b.png"):
        (tmp_path / "in" / name).write_bytes(picture_bytes("PNG", 48, 48))
    (tmp_path / "scores.csv").write_text("path,score\nb.png,4\n")

    job = import_from(make_study(), tmp_path / "in", scores=str(tmp_path / "scores.csv"))

    assert dict(job.files.values_list("path", "message")) == {"a.png": "", "b.png": LEFT}
    assert Image.objects.get().outside_mos is None


@pytest.mark.parametrize("left", [None, b"", b"half"])
def test_an_original_that_the_store_lost_comes_back_with_its_picture(tmp_path: Path, left: bytes | None) -> None:
    study = make_study()
    [path] = write_pictures(tmp_path / "in", 1)
    import_from(study, tmp_path / "in")
    image = Image.objects.get()
    default_storage.delete(image.file.name)
    if left is not None:
        default_storage.save(image.file.name, ContentFile(left))

    job = import_from(study, tmp_path / "in")

    assert verdicts(job) == {"photo (0).png": "duplicate"}
    with default_storage.open(image.file.name) as file:
        assert file.read() == path.read_bytes()


def test_large_photographs_are_stored_before_many_are_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = make_study()
    write_pictures(tmp_path / "in", 5)
    stored: list[int] = []
    store = imports._store

    def counted(job: object, looked: Sequence[object], *others: object) -> None:
        stored.append(len(looked))
        store(job, looked, *others)

    monkeypatch.setattr(imports, "_store", counted)
    monkeypatch.setattr(imports, "ROOM", 10_000)

    job = import_from(study, tmp_path / "in")

    assert (stored, job.done, Image.objects.count()) == ([2, 2, 1], 5, 5)
