"""A backup of the embedded server on the server of a distribution, which may be years older, and on from there."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from annotation.models import Study
from tests.operations import servers
from tests.webapp.backup.empty import rows
from tests.webapp.backup.test_archive import rated_study, silent
from webapp.backup.archive import make_backup
from webapp.embedded.locations import SHORT_FOLDER

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
VOTES = "SELECT id, region_id, annotator_id, blur, quality, idempotency_key FROM annotation_vote ORDER BY id"
LABELS = "SELECT region_id, status, blur_votes, quality_level FROM annotation_label ORDER BY region_id"


@pytest.fixture
def server() -> Iterator[str]:
    programs = servers.installed_postgres()
    if programs is None:
        pytest.skip("needs a PostgreSQL in /usr/lib/postgresql: apt-get install postgresql")
    with tempfile.TemporaryDirectory(dir=SHORT_FOLDER) as name:
        Path(name).chmod(0o755)
        with servers.postgres(programs, Path(name)) as url:
            yield url


def manage(*words: str, url: str, data: Path, path: str) -> list[str]:
    given = {"DJANGO_SETTINGS_MODULE": "webapp.settings", "GULLERY_SECRET_KEY": settings.SECRET_KEY}
    environment = os.environ | given | {"DATABASE_URL": url, "GULLERY_DATA": str(data), "PATH": path}
    done = subprocess.run(
        [sys.executable, "manage.py", *words], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_a_backup_moves_to_an_older_server_and_from_there_to_the_next(server: str, tmp_path: Path) -> None:
    """First with the embedded server's programs alone, of version 18; then with those of the server's system, too."""
    rated_study()
    verified = f"{Study.objects.get().slug}: 3 labels verified, 3 files read"
    make_backup(tmp_path / "first", silent)
    second, path = server.removesuffix("gullery") + "another", os.environ["PATH"]
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute("CREATE DATABASE another")

    came = manage("restore", str(tmp_path / "first"), url=server, data=tmp_path / "here", path="")
    manage("backup", str(tmp_path / "second"), url=server, data=tmp_path / "here", path=path)
    went = manage("restore", str(tmp_path / "second"), url=second, data=tmp_path / "there", path=path)

    assert (came[-1], went[-1]) == (verified, verified)
    for statement in (VOTES, LABELS):
        expected = rows(connection.settings_dict["NAME"], statement)
        assert len(expected) >= 3
        for url in (server, second):
            with psycopg.connect(url) as reader:
                assert reader.execute(statement).fetchall() == expected
