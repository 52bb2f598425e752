import io
import zipfile
from itertools import count
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from annotation.actions import imports
from annotation.actions.imports import request_import, run_import, split_of
from annotation.actions.jobs import cancel, claim, resume
from annotation.enums import JobStatus
from annotation.exchange.names import readable_name
from annotation.models import Image, Import, ImportedFile, Study
from tests.factories import make_study
from tests.pictures import picture_bytes, write_pictures

pytestmark = pytest.mark.django_db


def import_from(study: Study, source: Path | str, **options: object) -> Import:
    job = request_import(study=study, source=str(source), by=None, **options)
    run_import(job=claim(Import, pk=job.pk))
    job.refresh_from_db()
    return job


def verdicts(job: Import) -> dict[str, str]:
    return dict(job.files.values_list("path", "verdict"))


def test_a_folder_comes_in_with_its_bytes_untouched(tmp_path: Path) -> None:
    study = make_study()
    paths = write_pictures(tmp_path / "in", 3)

    job = import_from(study, tmp_path / "in")

    assert (job.status, job.done, job.total, job.percent) == (JobStatus.DONE, 3, 3, 100)
    image = Image.objects.get(name="photo (1).png")
    assert image.file.read() == paths[1].read_bytes()
    assert image.file.name == f"images/{image.sha256[:2]}/{image.sha256}.png"
    assert (image.width, image.height, image.media_type, image.proposed_at) == (48, 48, "image/png", None)


def test_an_upload_that_is_not_in_the_store_any_more_fails_with_its_reason() -> None:
    name = default_storage.save("uploads/gone.zip", ContentFile(b"PK"))
    default_storage.delete(name)

    job = import_from(make_study(), name, uploaded=True)

    assert (job.status, job.error) == (JobStatus.FAILED, "gone.zip cannot be read: No such file or directory.")


def test_every_file_gets_its_verdict_and_the_good_ones_are_in(tmp_path: Path) -> None:
    study = make_study()
    folder = tmp_path / "in"
    write_pictures(folder, 2)
    (folder / "photo (0) copy.png").write_bytes((folder / "photo (0).png").read_bytes())
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "script.png").write_bytes(b"#!/bin/sh")

    job = import_from(study, folder)

    assert verdicts(job) == {
        "photo (0).png": "duplicate",
        "photo (0) copy.png": "imported",
        "photo (1).png": "imported",
        "empty.jpg": "refused",
        "script.png": "refused",
    }
    assert job.files.get(path="photo (0).png").message == "The same picture as photo (0) copy.png."
    assert job.files.get(path="empty.jpg").message == "The file is empty."
    assert Image.objects.count() == 2


def test_a_second_import_of_the_same_folder_adds_nothing(tmp_path: Path) -> None:
    study = make_study()
    write_pictures(tmp_path / "in", 2)
    import_from(study, tmp_path / "in")

    job = import_from(study, tmp_path / "in")

    assert set(verdicts(job).values()) == {"duplicate"}
    assert Image.objects.count() == 2


def test_scores_become_the_outside_mos_and_unused_ones_are_reported(tmp_path: Path) -> None:
    study = make_study()
    write_pictures(tmp_path / "in", 2)
    long = "g" * 2000
    (tmp_path / "mos.csv").write_text(f"image,mos\nphoto (0).png,0.75\nghost\0.png,0.1\na{long},1\nb{long},2\n")

    job = import_from(study, tmp_path / "in", scores=str(tmp_path / "mos.csv"))

    assert dict(Image.objects.values_list("name", "outside_mos")) == {"photo (0).png": 0.75, "photo (1).png": None}
    ghosts = [readable_name(f"{letter}{long}") for letter in "ab"]
    assert set(job.files.filter(verdict="refused").values_list("path", flat=True)) == {
        f"score of {name}" for name in ("ghost\\x00.png", *ghosts)
    }


@pytest.mark.parametrize(
    ("between", "slash", "begin"),
    [(",", "/", ""), (";", "\\", "\ufeff"), ("\t", "/", "\ufeff")],
    ids=["plain", "excel", "tabs"],
)
def test_a_csv_of_paths_and_scores_is_a_source(tmp_path: Path, between: str, slash: str, begin: str) -> None:
    study = make_study()
    write_pictures(tmp_path / "in", 3)
    lines = ["path,score", "in/photo (2).png,3.5", "in/photo (0).png,", "in/gone.png,1", ""]
    text = begin + "\r\n".join(lines).replace(",", between).replace("/", slash)
    (tmp_path / "list.CSV").write_bytes(text.encode())

    job = import_from(study, tmp_path / "list.CSV")

    assert dict(Image.objects.values_list("name", "outside_mos")) == {
        f"in{slash}photo (2).png": 3.5,
        f"in{slash}photo (0).png": None,
    }
    assert dict(job.files.filter(verdict="refused").values_list("path", "message")) == {
        f"in{slash}gone.png": "There is no such file."
    }


def test_an_uploaded_zip_is_read_from_the_store_and_every_member_has_its_verdict() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a/1.png", picture_bytes("PNG", 40, 40))
        for number, name in enumerate(("../../2.png", r"..\..\w.png", "/abs.png", r"C:\x.png", ".x.png"), 2):
            archive.writestr(name, picture_bytes("PNG", 40, 40, seed=number))
        for name in ("a/.b/c.png", "__MACOSX/._x.png", "__MACOSX/a/._1.png"):
            archive.writestr(name, b"\0\5\x16\7")
        archive.writestr("notes.txt", "hello")
    name = default_storage.save("uploads/test.zip", ContentFile(packed.getvalue()))

    job = import_from(make_study(), name, uploaded=True)

    refused = ("notes.txt", "../../2.png", r"..\..\w.png", "/abs.png", r"C:\x.png", ".x.png", "a/.b/", "__MACOSX/")
    assert (job.status, job.done, job.total) == (JobStatus.DONE, 9, 9)
    assert verdicts(job) == {"a/1.png": "imported", **dict.fromkeys(refused, "refused")}
    assert job.files.get(path="__MACOSX/").message == "Hidden, or what a system keeps for itself; files left out: 2."
    assert Image.objects.count() == 1


def test_odd_lines_of_a_csv_are_refused_and_the_others_come_in_also_after_a_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "CHUNK", 2)
    write_pictures(tmp_path, 3)
    (tmp_path / "circle.png").symlink_to("circle.png")
    odd = ["n" * 300, "nul\0.png", "circle.png", "/dev/zero", "."]
    lines = ["photo (0).png", *odd[:2], "photo (1).png", *odd[2:], "photo (2).png"]
    (tmp_path / "list.csv").write_text("\n".join(["path,score", *(f"{line},1" for line in lines)]))
    job = request_import(study=make_study(), source=str(tmp_path / "list.csv"), by=None)

    run_import(job=claim(Import, pk=job.pk), progress=lambda done, total: done == 4 and cancel(job=job))
    resume(job=job)
    run_import(job=claim(Import, pk=job.pk))

    job.refresh_from_db()
    assert (job.status, job.error, job.done, job.total) == (JobStatus.DONE, "", 8, 8)
    assert list(job.files.filter(verdict="imported").order_by("pk").values_list("path", flat=True)) == [
        f"photo ({number}).png" for number in range(3)
    ]
    assert dict(job.files.filter(verdict="refused").values_list("path", "message")) == {
        "n" * 300: "The file cannot be read: File name too long.",
        "nul\\x00.png": "There is no such file.",
        "circle.png": "The file cannot be read: Too many levels of symbolic links.",
        "/dev/zero": "The path leads outside the folder of the CSV.",
        ".": "This is a folder or a device, not a file.",
    }


@pytest.mark.parametrize(
    "name, content, message",
    [
        ("a.zip", b"no zip", "not a readable zip"),
        ("a.csv", b"x,y\n1,2\n", "needs a column path"),
        ("a.csv", b"x\0,y\n1,2\n", r"it has x\x00, y."),
        ("a.csv", b"\xff\xfep\0a\0t\0h\0", "cannot be read near line 1"),
        ("a.ZIP", b"", "not a readable zip"),
        ("nowhere", None, "nowhere is not there, or this account may not see it."),
    ],
)
def test_a_source_that_will_not_do_fails_the_job_with_the_reason(
    tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)

    job = import_from(make_study(), tmp_path / name)

    assert (job.status, message in job.error) == (JobStatus.FAILED, True)
    assert (Image.objects.count(), ImportedFile.objects.count()) == (0, 0)


def test_a_killed_import_goes_on_and_ends_as_if_nothing_had_happened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "CHUNK", 2)
    study = make_study()
    write_pictures(tmp_path / "in", 7)
    job = request_import(study=study, source=str(tmp_path / "in"), by=None)

    def die(done: int, total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_import(job=claim(Import, pk=job.pk), progress=die)
    assert Image.objects.count() == 4
    Import.objects.update(heartbeat_at=None)
    run_import(job=claim(Import, pk=job.pk))

    job.refresh_from_db()
    assert (job.status, job.done, job.attempts) == (JobStatus.DONE, 7, 2)
    assert verdicts(job) == {f"photo ({number}).png": "imported" for number in range(7)}


@pytest.mark.parametrize(
    ("seconds", "gives_way", "waits"), [(0.0, True, True), (60.0, True, False), (0.0, False, False)]
)
def test_a_large_import_gives_its_worker_back_when_another_waits(
    seconds: float, gives_way: bool, waits: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "CHUNK", 2)
    monkeypatch.setattr(imports, "TURN_SECONDS", seconds)
    monkeypatch.setattr(imports, "monotonic", count().__next__)
    study = make_study()
    for name, files in (("large", 7), ("small", 1)):
        write_pictures(tmp_path / name, files)
    large, small = (request_import(study=study, source=str(tmp_path / name), by=None) for name in ("large", "small"))

    run_import(job=claim(Import, pk=large.pk), gives_way=gives_way)

    large.refresh_from_db()
    expected = (JobStatus.QUEUED, 2, 0) if waits else (JobStatus.DONE, 7, 1)
    assert (large.status, large.done, large.attempts, claim(Import)) == (*expected, small)


def test_large_imports_take_turns_and_alone_they_go_on_to_their_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "CHUNK", 2)
    monkeypatch.setattr(imports, "TURN_SECONDS", 0.0)
    monkeypatch.setattr(imports, "monotonic", count().__next__)
    for number in range(2):
        write_pictures(tmp_path / str(number), 5)
    jobs = [request_import(study=make_study(), source=str(tmp_path / str(n)), by=None) for n in range(2)]
    turns = []

    while (job := claim(Import)) is not None:
        run_import(job=job)
        turns.append((jobs.index(job), *Import.objects.order_by("pk").values_list("done", flat=True)))

    assert turns == [(0, 2, 0), (1, 2, 2), (0, 4, 2), (1, 4, 4), (0, 5, 4), (1, 5, 5)]
    assert [len(verdicts(job)) for job in jobs] == [5, 5]


def test_a_cancelled_import_stops_and_goes_on_when_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "CHUNK", 2)
    write_pictures(tmp_path / "in", 6)
    job = request_import(study=make_study(), source=str(tmp_path / "in"), by=None)

    run_import(job=claim(Import, pk=job.pk), progress=lambda done, total: done == 2 and cancel(job=job))
    stopped = (Import.objects.get().status, Image.objects.count())
    resume(job=job)
    run_import(job=claim(Import, pk=job.pk))

    assert stopped == (JobStatus.CANCELLED, 2)
    assert (Import.objects.get().status, Image.objects.count()) == (JobStatus.DONE, 6)


def test_a_file_left_half_written_is_replaced(tmp_path: Path) -> None:
    [path] = write_pictures(tmp_path / "in", 1)
    data = path.read_bytes()
    digest = imports.inspect(data).sha256
    name = f"images/{digest[:2]}/{digest}.png"
    default_storage.delete(name)
    default_storage.save(name, ContentFile(data[:20]))

    import_from(make_study(), tmp_path / "in")

    assert Image.objects.get().file.read() == data


def test_the_split_is_fixed_by_hash_and_close_to_four_fifths() -> None:
    digests = [f"{number:064x}" for number in range(4000)]

    sides = [split_of(7, digest) for digest in digests]

    assert sides == [split_of(7, digest) for digest in digests]
    assert 0.18 < sides.count("test") / 4000 < 0.22
    assert sides != [split_of(8, digest) for digest in digests]
