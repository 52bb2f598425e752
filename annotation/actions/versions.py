"""Model versions enter the store and are promoted, study by study."""

import json
from collections.abc import Mapping
from hashlib import file_digest
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q

from annotation.actions.turns import clear_turns
from annotation.enums import ModelKind
from annotation.errors import Conflict, InvalidInput
from annotation.models import DroppedWeights, Image, ModelVersion, Promotion, Study, User
from annotation.version_fetching import MANIFEST
from annotation.version_store import is_stored, store


def register_version(*, directory: Path, name: str = "", study: Study | None = None) -> ModelVersion:
    """Copies a version's directory into the store and makes its row; the same version is registered once.

    One whose weights were dropped has them again. Raises InvalidInput for a directory that is no intact version: every
    file's hash is checked.
    """
    manifest = read_json(directory / MANIFEST)
    sha256 = _sha256(directory / MANIFEST)
    found = ModelVersion.objects.filter(sha256=sha256).first()
    dropped = DroppedWeights.objects.filter(version=found)
    if found is not None and is_stored(found.folder) and not dropped.exists():
        return found
    check_files(directory, manifest)
    config = read_json(directory / "config.json")
    version = found or ModelVersion(
        study=study,
        name=(name or directory.name)[:120],
        kind=_kind(config),
        sha256=sha256,
        parent=ModelVersion.objects.filter(sha256=manifest.get("parent") or "").first(),
        preset=str(config.get("preset", ""))[:40],
        byte_size=sum(file["size"] for file in manifest["files"].values()),
    )
    store(version.folder, directory, manifest["files"])
    with transaction.atomic():
        dropped.delete()
        return ModelVersion.objects.get_or_create(sha256=sha256, defaults=_fields(version))[0]


def promote(*, study: Study, version: ModelVersion, reason: str, by: User | None = None) -> Promotion:
    """From now on the study's regions are pre-labelled by `version`; images are looked at again.

    Raises InvalidInput for another study's version, Conflict when it is active already or has no weights any more.
    """
    if version.study_id not in {None, study.pk}:
        raise InvalidInput("This version was trained in another study.")
    with transaction.atomic():
        fresh = Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        if fresh.active_version_id == version.pk:
            raise Conflict("This version is active already.", code="active_already")
        check_weights(version)
        fresh.active_version = study.active_version = version
        fresh.save(update_fields=["active_version"])
        Image.objects.filter(study=fresh).update(
            prelabel_due=True, prelabel_claimed_at=None, prelabel_attempts=0, prelabel_error=""
        )
        clear_turns(study=fresh)
        return Promotion.objects.create(study=fresh, version=version, promoted_by=by, reason=reason[:400])


def check_weights(version: ModelVersion) -> None:
    """Raises Conflict for a version whose weights were dropped."""
    dropped = DroppedWeights.objects.filter(version=version).first()
    if dropped is not None:
        raise Conflict(
            f"The weights of {version.name} were dropped on {dropped.created_at:%Y-%m-%d}: it can be looked up, but not "
            "used. Registering the same version again brings them back.",
            code="no_weights",
        )


def versions_for(study: Study) -> "list[ModelVersion]":
    """Those that came with the platform and the study's own, newest first."""
    usable = ModelVersion.objects.filter(Q(study=None) | Q(study=study)).select_related("parent", "dropped")
    return list(usable.prefetch_related("trained_in__snapshot").order_by("-pk"))


def check_files(directory: Path, manifest: Mapping[str, Any]) -> None:
    """Raises InvalidInput naming the first file that is missing or changed."""
    for name, facts in manifest["files"].items():
        path = directory / name
        if Path(name).name != name or not path.is_file():
            raise InvalidInput(f"{directory} lacks {name}.")
        if _sha256(path) != facts["sha256"]:
            raise InvalidInput(f"{path} is not the file its manifest names.")


def read_json(path: Path) -> dict[str, Any]:
    """Raises InvalidInput."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{path} cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise InvalidInput(f"{path} does not hold an object.")
    return found


def _kind(config: Mapping[str, Any]) -> str:
    """The first versions said nothing, and are SEAGULL's. Raises InvalidInput."""
    kind = str(config.get("kind", ModelKind.SEAGULL))
    if kind not in ModelKind.values:
        raise InvalidInput(f"The kind of a model is one of {', '.join(ModelKind.values)}, not {kind!r}.")
    return kind


def _fields(version: ModelVersion) -> dict[str, Any]:
    names = ("study", "name", "kind", "parent", "preset", "byte_size")
    return {name: getattr(version, name) for name in names}


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error}") from error
