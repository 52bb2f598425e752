from collections import namedtuple
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test import Client, override_settings
from django.utils import timezone

from annotation.models import Heartbeat
from annotation.queries.presence import ASKING, BEAT, QUEUES, row_of
from tests.webapp.redis_server import redis_at
from webapp import health
from webapp.embedded import redis

Usage = namedtuple("Usage", "total used free")
GIB = 2**30


def reason(name: str) -> str:
    check = health.run(health.CHECKS[name])
    assert check["ok"] is (check["reason"] == "")
    return check["reason"]


def test_healthz_needs_no_database() -> None:
    response = Client().get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert Client().post("/healthz").status_code == 405


@pytest.mark.django_db
def test_readyz_is_200_only_when_every_check_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(health.CHECKS, "broker", lambda: None)
    monkeypatch.setitem(health.CHECKS, "disk", lambda: None)
    before = Client().get("/readyz")
    Heartbeat.objects.create(name="beat", beat_at=timezone.now())
    after = Client().get("/readyz")

    assert (before.status_code, before.json()["status"]) == (503, "failed")
    assert before.json()["checks"]["beat"] == {"ok": False, "reason": "beat has never ticked"}
    assert after.status_code == 200
    assert after.json() == {
        "status": "ok",
        "checks": {
            name: {"ok": True, "reason": ""} for name in ("database", "migrations", "broker", "beat", "disk", "files")
        },
        "workers": {
            name: {"ok": True, "seen_at": None} for name in QUEUES
        },  # the clock has only begun to look for them
    }
    assert after["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_a_worker_that_is_away_is_told_and_the_web_is_ready_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CHECKS", {"database": health.database})
    long_ago = timezone.now() - timedelta(hours=1)
    for name in (BEAT, row_of("gpu")):
        Heartbeat.objects.create(name=name, beat_at=timezone.now())
    for name in (ASKING, row_of("imports")):
        Heartbeat.objects.create(name=name, beat_at=long_ago)

    response = Client().get("/readyz")

    said = response.json()["workers"]
    assert (response.status_code, response.json()["status"]) == (200, "ok")
    assert {name: worker["ok"] for name, worker in said.items()} == {
        "default": False, "imports": False, "gpu": True, "interactive": False,
    }  # fmt: skip
    assert said["default"] == {"ok": False, "seen_at": None}
    assert abs(datetime.fromisoformat(said["imports"]["seen_at"]) - long_ago) < timedelta(milliseconds=1)


def test_without_a_database_nothing_is_said_of_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise OperationalError("password authentication failed for user gullery at 10.0.0.3")

    monkeypatch.setattr(health, "seen", gone)

    assert health.workers() == {}


@pytest.mark.django_db
def test_an_old_beat_is_told_with_its_age() -> None:
    Heartbeat.objects.create(name="beat", beat_at=timezone.now() - timedelta(seconds=75))

    assert reason("beat") in {"the last beat is 75 s old", "the last beat is 76 s old"}


@pytest.mark.django_db
def test_a_migration_not_applied_is_counted() -> None:
    assert reason("migrations") == ""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")

    assert reason("migrations") == "1 migrations are not applied"


def test_a_database_that_is_away_gives_away_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("password authentication failed for user gullery at 10.0.0.3")

    monkeypatch.setattr(health.connection, "cursor", away)

    assert reason("database") == "the database does not answer"


@pytest.mark.slow
def test_the_broker_is_pinged(tmp_path: Path) -> None:
    socket = tmp_path / "redis.sock"
    with override_settings(BROKER_URL=f"redis+socket://{socket}"):
        before = reason("broker")
        with redis_at(socket):
            during = reason("broker")

        assert (before, during, reason("broker")) == ("the broker does not answer", "", "the broker does not answer")


@pytest.mark.slow
def test_a_broker_that_does_not_tell_its_age_answers_all_the_same(tmp_path: Path) -> None:
    socket = tmp_path / "redis.sock"
    with override_settings(BROKER_URL=f"redis+socket://{socket}"), redis_at(socket) as server:
        server.acl_setuser("default", enabled=True, nopass=True, commands=["+@all", "-info"], keys=["*"])

        assert reason("broker") == ""


@pytest.mark.slow
def test_a_broker_too_old_for_the_messages_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    socket = tmp_path / "redis.sock"
    with override_settings(BROKER_URL=f"redis+socket://{socket}"), redis_at(socket) as server:
        version = server.info("server")["redis_version"]
        monkeypatch.setattr(redis, "OLDEST", (99, 0))

        assert reason("broker") == f"the broker is Redis {version}, which is too old"


@pytest.mark.parametrize(
    "usage, expected",
    [
        (Usage(1000 * GIB, 0, 4 * GIB), ""),
        (Usage(1000 * GIB, 0, 3 * GIB // 2), "1.5 GiB free for the data; 2 GiB are needed"),
        (Usage(10 * GIB, 0, GIB // 2), "0.5 GiB free for the data; 2 GiB are needed"),
    ],
)
def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch, usage: Usage, expected: str) -> None:
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _: usage)

    assert reason("disk") == expected


def test_a_data_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with override_settings(DATA_DIR=tmp_path / "gone"):
        assert reason("disk") == "the folder of the data is not there"


@pytest.mark.parametrize("part, what", [("files", "photographs and exports"), ("postgres", "the database")])
def test_a_part_of_the_data_on_a_full_disk_of_its_own_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, part: str, what: str
) -> None:
    monkeypatch.setattr(health.shutil, "disk_usage", lambda at: Usage(0, 0, GIB if at == tmp_path / part else 4 * GIB))
    with override_settings(DATA_DIR=tmp_path, DATABASE_URL="", FILES_URL=""):
        before = reason("disk")
        (tmp_path / part).mkdir()

        assert (before, reason("disk")) == ("", f"1.0 GiB free for {what}; 2 GiB are needed")


def test_the_disk_of_a_database_or_a_store_elsewhere_is_not_ours(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(health.shutil, "disk_usage", lambda at: Usage(0, 0, 4 * GIB if at == tmp_path else 0))
    for part in ("files", "postgres"):
        (tmp_path / part).mkdir()
    with override_settings(DATA_DIR=tmp_path, DATABASE_URL="postgresql://a@b/c", FILES_URL="s3://birds"):
        assert reason("disk") == ""
