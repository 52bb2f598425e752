"""Which of PostgreSQL's programs does the work, with programs that say another version."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.factories import make_study
from tests.webapp.backup.empty import emptied, rows
from webapp.backup import database
from webapp.backup.errors import BackupError
from webapp.backup.programs import at_least, newest, version_of
from webapp.embedded import programs as embedded
from webapp.embedded.account import server_account


@pytest.fixture
def own() -> Path:
    return embedded.postgres_programs(server_account())


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of pg_dump 15, the only one on PATH."""
    program = tmp_path / "pg_dump"
    program.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@pytest.fixture
def without_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_PACKAGE", "no_such_package")


def test_a_server_by_url_is_asked_with_the_system_s_program_where_that_is_new_enough(
    system: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DATABASE_URL", "postgresql://ada@host/birds")

    assert [at_least("pg_dump", version) for version in (13, 15, 16, 18)] == [
        system / "pg_dump", system / "pg_dump", own / "pg_dump", own / "pg_dump",
    ]  # fmt: skip


def test_the_embedded_server_is_asked_with_its_own_program(system: Path, own: Path) -> None:
    assert (at_least("pg_dump", 15), newest("pg_dump")) == (own / "pg_dump", own / "pg_dump")
    assert version_of(own / "pg_dump") == embedded.POSTGRES_MAJOR


@pytest.mark.usefixtures("without_wheel")
def test_without_the_embedded_server_what_is_on_path_is_taken(system: Path) -> None:
    assert (at_least("pg_dump", 15), newest("pg_dump")) == (system / "pg_dump", system / "pg_dump")


@pytest.mark.usefixtures("without_wheel")
def test_a_program_that_is_too_old_or_missing_is_named(system: Path) -> None:
    with pytest.raises(BackupError) as old:
        at_least("pg_dump", 18)
    with pytest.raises(BackupError) as missing:
        newest("pg_restore")

    hint = "on PATH (the package postgresql-client of most systems has it)"
    assert str(old.value) == f"PostgreSQL's pg_dump 18 or newer is needed {hint}; {system / 'pg_dump'} is 15."
    assert str(missing.value) == f"PostgreSQL's pg_restore is needed {hint}; there is none."


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_backup_with_programs_on_path_alone_comes_back(
    tmp_path: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = make_study().slug
    monkeypatch.setenv("PATH", str(own))
    monkeypatch.setattr(embedded, "_PACKAGE", "no_such_package")

    database.dump(tmp_path / "database.dump")
    with emptied() as name:
        monkeypatch.setitem(connection.settings_dict, "NAME", name)
        database.restore(tmp_path / "database.dump")
        assert rows(name, "SELECT slug FROM annotation_study") == [(slug,)]
        with pytest.raises(BackupError, match=r"^The database could not be restored: .* already exists"):
            database.restore(tmp_path / "database.dump")
        assert rows(name, "SELECT slug FROM annotation_study") == [(slug,)]
