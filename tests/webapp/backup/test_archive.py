"""Backups for real: dumped with PostgreSQL's own programs, restored into an empty database by the command."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from annotation.actions.anchors import put_anchor
from annotation.actions.pictures import bring_picture
from annotation.actions.reports import keep_report
from annotation.actions.snapshots import take_snapshot
from annotation.actions.studies import set_status
from annotation.models import Anchor, Evaluation, Image, Picture, Study
from tests.factories import cast, make_image, make_member, make_region, make_study, make_user, make_version
from tests.pictures import picture_bytes
from tests.webapp.backup.empty import restore, rows
from webapp.backup import database
from webapp.backup.archive import make_backup
from webapp.backup.errors import BackupError

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def silent(name: str) -> None:
    """Progress nobody looks at."""


def rated_study() -> Study:
    study = make_study(votes_wanted=2)
    people = [make_member(study) for _ in range(2)]
    for seed in range(3):
        region = make_region(study, make_image(study, picture_bytes("PNG", 64, 48, seed=seed)))
        for person in people:
            cast(region, person, blur=seed, quality=seed)
    take_snapshot(study=study)
    set_status(study=study, status="closed")
    return study


def test_a_backup_comes_back_whole_and_its_labels_are_verified(tmp_path: Path, empty_database: str) -> None:
    rated_study()
    make_backup(tmp_path / "backup", silent)

    done = restore(empty_database, tmp_path / "files", tmp_path / "backup")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == "The database and 4 files are back."
    assert done.stdout.splitlines()[-1] == f"{Study.objects.get().slug}: 3 labels verified, 3 files read"
    for statement in (
        "SELECT id, region_id, annotator_id, blur, quality, idempotency_key FROM annotation_vote ORDER BY id",
        "SELECT region_id, status, blur_votes, quality_level FROM annotation_label ORDER BY region_id",
        "SELECT sha256, file FROM annotation_snapshot",
        "SELECT id, kind, before, after, created_at FROM annotation_deed",
        "SELECT tgname FROM pg_trigger WHERE tgname IN ('deed_kept', 'vote_immutable') ORDER BY tgname",
    ):
        assert rows(empty_database, statement) == rows(connection.settings_dict["NAME"], statement) != []
    for image in Image.objects.all():
        assert (tmp_path / "files" / image.file.name).read_bytes() == image.file.read()


def test_a_database_with_tables_is_left_alone(tmp_path: Path) -> None:
    rated_study()
    make_backup(tmp_path / "backup", silent)

    done = restore(connection.settings_dict["NAME"], tmp_path / "files", tmp_path / "backup")

    assert (done.returncode, done.stderr.startswith("The database is not empty")) == (1, True)
    assert not (tmp_path / "files").exists()


def damaged(backup: Path) -> Iterator[tuple[Path, str]]:
    """Copies of it, each damaged in another way, and what is said of each."""
    ways: dict[str, Callable[[Path], object]] = {
        "manifest.json is missing": lambda copy: (copy / "manifest.json").unlink(),
        "manifest.json is damaged": lambda copy: (copy / "manifest.json").write_text("{"),
        "database.dump is not the file": lambda copy: (copy / "database.dump").write_bytes(b"x"),
        "is missing or not the file": lambda copy: next((copy / "files" / "images").rglob("*.png")).write_bytes(b"x"),
    }
    for number, (message, damage) in enumerate(ways.items()):
        copy = backup.with_name(f"damaged {number}")
        shutil.copytree(backup, copy)
        damage(copy)
        yield copy, message


def test_a_damaged_backup_is_refused_before_anything_changes(tmp_path: Path, empty_database: str) -> None:
    rated_study()
    make_backup(tmp_path / "backup", silent)
    copies, messages = zip(*damaged(tmp_path / "backup"), strict=True)

    done = restore(empty_database, tmp_path / "files", *copies)

    assert done.returncode == 1
    said = done.stderr.splitlines()
    assert [message in line for line, message in zip(said, messages, strict=True)] == [True] * 4, said
    assert rows(empty_database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
    assert not (tmp_path / "files").exists()


def test_a_backup_of_a_newer_release_is_refused_before_anything_changes(tmp_path: Path, empty_database: str) -> None:
    rated_study()
    make_backup(tmp_path / "backup", silent)
    manifest = tmp_path / "backup" / "manifest.json"
    told = json.loads(manifest.read_text())
    squashed, newer = "annotation.0001_of_the_past", "annotation.9999_of_the_future"
    manifest.write_text(json.dumps(told | {"migrations": [*told["migrations"], squashed, newer]}))

    done = restore(empty_database, tmp_path / "files", tmp_path / "backup")

    assert (done.returncode, done.stderr) == (
        1,
        f"This backup is of a newer release, which made {newer}; restore it with that one.\n",
    )
    assert rows(empty_database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
    assert not (tmp_path / "files").exists()


def test_half_a_file_of_a_killed_restore_is_replaced_and_a_whole_one_kept(tmp_path: Path, empty_database: str) -> None:
    rated_study()
    make_backup(tmp_path / "backup", silent)
    half, whole = Image.objects.order_by("pk")[:2]
    for image, share in ((half, 2), (whole, 1)):
        there = tmp_path / "files" / image.file.name
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_bytes(image.file.open().read()[: image.byte_size // share])
    kept = (tmp_path / "files" / whole.file.name).stat()

    done = restore(empty_database, tmp_path / "files", tmp_path / "backup")

    assert (done.returncode, done.stderr) == (0, "")
    for name, digest in json.loads((tmp_path / "backup" / "manifest.json").read_text())["files"].items():
        assert hashlib.sha256((tmp_path / "files" / name).read_bytes()).hexdigest() == digest
    assert (tmp_path / "files" / whole.file.name).stat().st_ino == kept.st_ino


def test_a_dump_that_ends_too_early_leaves_the_database_empty(tmp_path: Path, empty_database: str) -> None:
    rated_study()
    make_backup(tmp_path / "backup", silent)
    dump, manifest = tmp_path / "backup" / "database.dump", tmp_path / "backup" / "manifest.json"
    told = json.loads(manifest.read_text())
    dump.write_bytes(dump.read_bytes()[: -dump.stat().st_size // 5])
    manifest.write_text(json.dumps(told | {"database_sha256": hashlib.sha256(dump.read_bytes()).hexdigest()}))

    done = restore(empty_database, tmp_path / "files", tmp_path / "backup")

    assert (done.returncode, done.stderr.partition(": pg_restore: ")[0]) == (1, "The database could not be restored")
    assert rows(empty_database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


def test_a_missing_file_stops_the_backup_before_its_manifest(tmp_path: Path) -> None:
    image = make_image(make_study(), b"bytes")
    default_storage.delete(image.file.name)

    with pytest.raises(BackupError, match="the store does not have it"):
        make_backup(tmp_path / "backup", silent)

    assert not (tmp_path / "backup" / "manifest.json").exists()


def test_every_file_that_any_row_names_is_in_the_backup(tmp_path: Path) -> None:
    study, ada = make_study(), make_user()
    snapshot, version = take_snapshot(study=study), make_version(study)
    default_storage.save(f"versions/{version.folder}/manifest.json", ContentFile(b"{}"))
    keep_report(study=study, version=version, snapshot=snapshot, report="{}")
    bring_picture(study=study, name="mine.png", data=picture_bytes("PNG", 64, 48), by=ada)
    put_anchor(study=study, scale="blur", level=0, name="a.png", data=picture_bytes("PNG", 64, 48, seed=1), by=ada)

    manifest = make_backup(tmp_path / "backup", silent)

    named = {Anchor.objects.get().file.name, Evaluation.objects.get().report.name, Picture.objects.get().file.name}
    versions = {f"versions/{version.folder}/manifest.json"}
    assert set(manifest["files"]) == named | versions | {snapshot.file.name}


def test_what_comes_in_while_the_backup_begins_is_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study, dump = make_study(), database.dump

    def dump_later(target: Path) -> None:
        make_image(study, b"late")
        dump(target)

    monkeypatch.setattr(database, "dump", dump_later)

    manifest = make_backup(tmp_path / "backup", silent)

    assert set(manifest["files"]) == {Image.objects.get().file.name}


def test_a_picture_that_is_forgotten_meanwhile_is_not_missed(tmp_path: Path) -> None:
    study = make_study()
    image = make_image(study, b"bytes")
    bring_picture(study=study, name="mine.png", data=picture_bytes("PNG", 64, 48), by=make_user())

    def forget(_: str) -> None:
        for picture in Picture.objects.all():
            default_storage.delete(picture.file.name)
            picture.delete()

    manifest = make_backup(tmp_path / "backup", forget)

    assert set(manifest["files"]) == {image.file.name}


def test_a_folder_with_something_in_it_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    with pytest.raises(BackupError, match="not empty"):
        make_backup(tmp_path, silent)

    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_place_that_cannot_be_written_or_read_is_named_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refusals = []
    for command in ("backup", "restore"):
        with pytest.raises(CommandError) as refused:
            call_command(command, tmp_path / "file" / "today")
        refusals.append(str(refused.value))

    assert refusals == [
        f"The backup is not finished: [Errno 20] Not a directory: '{tmp_path}/file/today/files'",
        f"The backup cannot be read, or its files put back: [Errno 20] Not a directory: '{tmp_path}/file/today/manifest.json'",
    ]


def test_the_manifest_tells_what_the_backup_was_made_of(tmp_path: Path) -> None:
    make_image(make_study(), b"bytes")

    make_backup(tmp_path / "backup", silent)

    manifest = json.loads((tmp_path / "backup" / "manifest.json").read_text())
    assert manifest["format"] == 1
    assert manifest["migrations"][0] == "admin.0001_initial"
    assert len(manifest["files"]) == 1
