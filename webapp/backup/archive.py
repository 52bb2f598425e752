"""The backup folder: database.dump, files/..., manifest.json. The manifest comes last; without it the backup is unfinished."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import IO, NotRequired, TypedDict

from django.apps import apps
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import FileField

from annotation.models import Import, ModelVersion
from annotation.version_store import stored_files
from webapp.backup import database
from webapp.backup.afterwards import mark_of_key
from webapp.backup.errors import BackupError

FORMAT = 1
BLOCK = 1024 * 1024

Progress = Callable[[str], None]


class Manifest(TypedDict):
    format: int
    database_sha256: str
    migrations: list[str]
    files: dict[str, str]
    """sha256 by name in the store."""
    key: NotRequired[str]
    """The mark of the GULLERY_SECRET_KEY it was made under; older ones have none."""


def make_backup(target: Path, progress: Progress) -> Manifest:
    """Writes a new folder. The database is dumped first and files are listed after it, so those it names are all there.

    Raises BackupError when the folder is there and not empty, or a file that the database names is missing.
    """
    if target.exists() and any(target.iterdir()):
        raise BackupError(f"{target} is not empty; give a new folder.")
    connection.ensure_connection()  # no folder is begun for a database that is away
    files = target / "files"
    files.mkdir(parents=True, mode=0o700)
    target.chmod(0o700)
    database.dump(target / "database.dump")
    digests = _copy_files(files, progress)
    manifest = Manifest(
        format=FORMAT,
        database_sha256=_digest(target / "database.dump"),
        migrations=applied_migrations(),
        files=digests,
        key=mark_of_key(),
    )
    unfinished = target / "manifest.part"
    unfinished.write_text(json.dumps(manifest, indent=1, sort_keys=True))
    unfinished.rename(target / "manifest.json")
    return manifest


def restore_backup(source: Path, progress: Progress) -> Manifest:
    """Puts files and database back. Raises BackupError, before anything is changed, for a damaged or unfinished backup, one
    of a newer release, or a database that has tables."""
    manifest = read_manifest(source)
    _check_release(manifest["migrations"])
    _check(source, manifest)
    if connection.introspection.table_names():
        raise BackupError("The database is not empty; restore into a new one (see DATABASE_URL or GULLERY_DATA).")
    for name, digest in manifest["files"].items():
        _put_back(source / "files" / name, name, digest)
        progress(name)
    connection.close()
    database.restore(source / "database.dump")
    return manifest


def read_manifest(source: Path) -> Manifest:
    try:
        manifest: Manifest = json.loads((source / "manifest.json").read_text())
    except FileNotFoundError as error:
        raise BackupError(f"{source} holds no finished backup: manifest.json is missing.") from error
    except ValueError as error:
        raise BackupError(f"{source / 'manifest.json'} is damaged: {error}.") from error
    if manifest.get("format") != FORMAT:
        raise BackupError(f"This backup has format {manifest.get('format')}; this version reads {FORMAT}.")
    return manifest


def stored_names() -> Iterator[str]:
    """Every file the database speaks of, whatever kind of row names it."""
    for model in apps.get_app_config("annotation").get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField):
                named = model._default_manager.exclude(**{field.name: ""}).values_list(field.name, flat=True)
                yield from named.distinct().iterator()
    for version in ModelVersion.objects.all():
        yield from stored_files(version.folder)
    for source, scores in Import.objects.filter(uploaded=True).values_list("source", "scores"):
        yield from (name for name in (source, scores) if name and default_storage.exists(name))


def applied_migrations() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def _check_release(applied: Collection[str]) -> None:
    """By its number: names that this release does not know may also be of migrations that were squashed since."""
    ours = MigrationLoader(None).disk_migrations
    latest = max(name for app, name in ours if app == "annotation")
    newer = sorted(name for name in applied if name.startswith("annotation.") and _number(name) > _number(latest))
    if newer:
        raise BackupError(f"This backup is of a newer release, which made {newer[-1]}; restore it with that one.")


def _number(migration: str) -> str:
    return migration.removeprefix("annotation.")[:4]


def _check(source: Path, manifest: Manifest) -> None:
    if _digest(source / "database.dump") != manifest["database_sha256"]:
        raise BackupError("database.dump is not the file the manifest was written for.")
    for name, digest in manifest["files"].items():
        path = source / "files" / name
        if not path.resolve().is_relative_to((source / "files").resolve()):
            raise BackupError(f"The manifest names a file outside the backup: {name}.")
        if not path.is_file() or _digest(path) != digest:
            raise BackupError(f"files/{name} is missing or not the file the manifest was written for.")


def _copy_files(folder: Path, progress: Progress) -> dict[str, str]:
    """The hash of each file by name. One that no row names any more, an export or a picture of yesterday, may be gone."""
    digests = {}
    for name in sorted(set(stored_names())):
        try:
            digests[name] = _copy_out(name, folder / name)
        except FileNotFoundError as error:
            if name in set(stored_names()):
                raise BackupError(f"The database names {name}, but the store does not have it.") from error
        progress(name)
    return digests


def _copy_out(name: str, target: Path) -> str:
    """Raises FileNotFoundError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with default_storage.open(name, "rb") as source, target.open("wb") as copy:
        for block in _blocks(source):
            digest.update(block)
            copy.write(block)
    return digest.hexdigest()


def _put_back(source: Path, name: str, digest: str) -> None:
    """What lies under its name may be half a file, of a restore that was killed: it is kept only if it is the same."""
    if default_storage.exists(name):
        with default_storage.open(name, "rb") as there:
            if _digest_of(there) == digest:
                return
        default_storage.delete(name)
    with source.open("rb") as file:
        saved = default_storage.save(name, File(file))
    if saved != name:
        raise BackupError(f"The store keeps {name} as {saved}; while a backup is restored nobody else may write to it.")


def _digest(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return _digest_of(file)


def _digest_of(file: "IO[bytes] | File[bytes]") -> str:
    digest = hashlib.sha256()
    for block in _blocks(file):
        digest.update(block)
    return digest.hexdigest()


def _blocks(file: "IO[bytes] | File[bytes]") -> Iterator[bytes]:
    while block := file.read(BLOCK):
        yield block
