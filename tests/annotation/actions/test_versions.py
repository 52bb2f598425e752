import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from annotation.actions.studies import create_study
from annotation.actions.versions import promote, register_version, versions_for
from annotation.errors import Conflict, InvalidInput
from annotation.models import ModelVersion, Promotion
from annotation.version_store import local_directory, metrics
from tests.factories import make_member, make_study, make_user, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "store"},
        }
    }
    return tmp_path / "store" / "versions"


def directory(folder: Path, *, parent: str | None = None, weights: bytes = b"numbers") -> Path:
    """A version as `ml` writes it: every file with its hash in a manifest."""
    folder.mkdir(parents=True)
    (folder / "weights.safetensors").write_bytes(weights)
    (folder / "config.json").write_text(json.dumps({"format": 1, "preset": "tiny"}))
    (folder / "metrics.json").write_text(json.dumps({"test": {"quality": 0.8}}))
    files = {
        path.name: {"sha256": sha256(path.read_bytes()).hexdigest(), "size": path.stat().st_size}
        for path in sorted(folder.iterdir())
    }
    (folder / "manifest.json").write_text(json.dumps({"format": 1, "parent": parent, "files": files}))
    return folder


def test_a_version_is_copied_into_the_store_once(tmp_path: Path) -> None:
    source = directory(tmp_path / "starter")

    first, second = register_version(directory=source), register_version(directory=source)

    assert first == second
    assert (first.name, first.preset) == ("starter", "tiny")
    assert metrics(first.folder) == {"test": {"quality": 0.8}}
    assert first.byte_size == sum(path.stat().st_size for path in source.iterdir() if path.name != "manifest.json")
    assert {path.name: path.read_bytes() for path in local_directory(first.folder).iterdir()} == {
        path.name: path.read_bytes() for path in source.iterdir()
    }


def test_a_store_that_was_lost_is_filled_again(tmp_path: Path, store: Path) -> None:
    source = directory(tmp_path / "starter")
    version = register_version(directory=source)
    (store / version.folder / "manifest.json").unlink()
    (store / version.folder / "weights.safetensors").write_bytes(b"half")

    assert register_version(directory=source) == version
    assert sorted(path.name for path in (store / version.folder).iterdir()) == sorted(
        path.name for path in source.iterdir()
    )
    assert (store / version.folder / "weights.safetensors").read_bytes() == b"numbers"


def test_a_version_knows_its_parent(tmp_path: Path) -> None:
    parent = register_version(directory=directory(tmp_path / "parent"))

    child = register_version(directory=directory(tmp_path / "child", parent=parent.sha256, weights=b"others"))

    assert child.parent == parent


@pytest.mark.parametrize("damage", ["changed", "missing", "no manifest", "no JSON"])
def test_a_directory_that_is_not_intact_is_refused(tmp_path: Path, store: Path, damage: str) -> None:
    source = directory(tmp_path / "starter")
    if damage == "changed":
        (source / "weights.safetensors").write_bytes(b"other numbers")
    elif damage == "missing":
        (source / "weights.safetensors").unlink()
    elif damage == "no manifest":
        (source / "manifest.json").unlink()
    else:
        (source / "manifest.json").write_text("{")

    with pytest.raises(InvalidInput):
        register_version(directory=source)

    assert ModelVersion.objects.count() == 0
    assert not store.exists()


def test_a_manifest_cannot_reach_outside_its_directory(tmp_path: Path) -> None:
    source = directory(tmp_path / "starter")
    manifest = json.loads((source / "manifest.json").read_text())
    manifest["files"]["../secret"] = {"sha256": "0" * 64, "size": 1}
    (source / "manifest.json").write_text(json.dumps(manifest))

    with pytest.raises(InvalidInput, match=r"lacks \.\./secret"):
        register_version(directory=source)


def test_promotions_are_a_history_and_rolling_back_is_one_more() -> None:
    study, ada = make_study(), make_user("ada")
    first, second = make_version(), make_version(study)

    for version, reason in [(first, "The first."), (second, "Better."), (first, "Worse after all.")]:
        promote(study=study, version=version, reason=reason, by=ada)

    study.refresh_from_db()
    assert study.active_version == first
    assert list(study.promotions.values_list("version", "reason")) == [
        (first.pk, "Worse after all."),
        (second.pk, "Better."),
        (first.pk, "The first."),
    ]


def test_promoting_the_active_version_changes_nothing() -> None:
    study, version = make_study(), make_version()
    promote(study=study, version=version, reason="The first.")

    with pytest.raises(Conflict):
        promote(study=study, version=version, reason="Again.")

    assert Promotion.objects.count() == 1


def test_another_studys_version_is_not_for_this_one() -> None:
    theirs = make_version(make_study())
    study = make_study()

    with pytest.raises(InvalidInput):
        promote(study=study, version=theirs, reason="Theirs is better.")

    assert versions_for(study) == []


def test_a_new_study_begins_with_the_newest_model_that_came_with_the_platform() -> None:
    make_version()
    newest = make_version()
    make_version(make_study())

    study = create_study(by=make_user(), name="Gulls", slug="gulls")

    assert study.active_version == newest
    assert study.promotions.get().version == newest


def test_a_study_can_begin_without_any_model() -> None:
    assert create_study(by=make_user(), name="Gulls", slug="gulls").active_version is None


def test_what_was_promoted_stays_written_when_the_person_is_gone() -> None:
    study, ada = make_study(), make_user("ada")
    promotion = promote(study=study, version=make_version(), reason="The first.", by=ada)

    ada.delete()

    promotion.refresh_from_db()
    assert promotion.promoted_by is None
    for statement in ("UPDATE annotation_promotion SET reason = 'x'", "DELETE FROM annotation_modelversion"):
        with (
            pytest.raises(IntegrityError, match="never changed or deleted"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_members_are_not_disturbed_by_a_promotion() -> None:
    study = make_study()
    make_member(study)

    promote(study=study, version=make_version(), reason="The first.")

    assert study.memberships.count() == 1
