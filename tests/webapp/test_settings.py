"""Every variable that the settings read is looked at when they are read."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from psycopg_pool import ConnectionPool
from psycopg_pool.base import AttemptWithBackoff

PATH = Path(__file__).resolve().parents[2] / "webapp" / "settings.py"
WRONG = {
    "CELERY_BROKER_URL": "amqp://broker",
    "DATABASE_URL": "postgresql://host:port/name",
    "GULLERY_ALLOWED_HOSTS": "https://example.org",
    "GULLERY_CACHE_URL": "memcached://cache",
    "GULLERY_DATABASE_POOL": "2",
    "GULLERY_DEBUG": "perhaps",
    "GULLERY_EXPORTS_KEPT_DAYS": "0",
    "GULLERY_FILES_URL": "s3://birds:9000",
    "GULLERY_HTTPS": "https",
    "GULLERY_LOG_FORMAT": "xml",
    "GULLERY_LOG_LEVEL": "LOUD",
    "GULLERY_MODEL": "/no/such/model",
    "GULLERY_PROXIES": "-1",
    "GULLERY_SAM_CHECKPOINT": "/no/such/weights.pth",
    "GULLERY_SECRET_KEY": "changeme",
    "GULLERY_THROTTLE_SIGN_IN": "seldom",
    "GULLERY_THROTTLE_STRANGER": "60",
    "GULLERY_THROTTLE_USER": "lots",
    "GULLERY_TIME_ZONE": "Berlin",
    "GULLERY_TRAINING_PROCESSES": "0",
    "GULLERY_TRUSTED_ORIGINS": "example.org",
    "GULLERY_UPLOAD_MEGABYTES": "two",
    "GULLERY_WEBHOOK_HOSTS": "hooks.lan:8443",
}
ANY_FOLDER = {"GULLERY_DATA", "GULLERY_STATIC_ROOT"}


def settings() -> dict[str, Any]:
    return runpy.run_path(str(PATH))


def test_the_table_is_complete() -> None:
    assert set(re.findall(r'env\.\w+\(\s*"(\w+)"', PATH.read_text())) == WRONG.keys() | ANY_FOLDER


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_stops_the_start_and_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, WRONG[name])

    with pytest.raises(ImproperlyConfigured, match=f"^{name}\\b"):
        settings()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the database an account")
def test_an_account_that_is_not_there_stops_the_start_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("GULLERY_POSTGRES_USER", "nobody-at-all")

    with pytest.raises(ImproperlyConfigured, match=r"^GULLERY_POSTGRES_USER names 'nobody-at-all'"):
        settings()


def test_what_the_database_s_address_asks_for_reaches_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ada:p%40ss@host:5433/birds?sslmode=require&connect_timeout=5")

    database = settings()["DATABASES"]["default"]

    place = {name: database[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    assert place == {"NAME": "birds", "USER": "ada", "PASSWORD": "p@ss", "HOST": "host", "PORT": 5433}
    assert database["OPTIONS"] | {"pool": ""} == {
        "sslmode": "require",
        "connect_timeout": "5",
        "pool": "",
        "server_side_binding": True,
        "prepare_threshold": None,
    }


def test_a_database_that_comes_back_is_asked_while_people_still_wait_for_it() -> None:
    """The driver doubles the pauses between its attempts until it gives up, and begins no others meanwhile."""
    pool = ConnectionPool(open=False, **settings()["DATABASES"]["default"]["OPTIONS"]["pool"])
    attempt, now, pauses = AttemptWithBackoff(timeout=pool.reconnect_timeout), 0.0, list[float]()
    while not attempt.time_to_give_up(now):
        attempt.update_delay(now)
        pauses.append(attempt.delay)
        now += attempt.delay

    assert sum(pauses) < pool.timeout


def test_a_database_that_is_away_is_said_without_a_traceback(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "webapp.settings")
    monkeypatch.setenv("GULLERY_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql://ada:secret@127.0.0.1:9/birds")

    command = [sys.executable, "manage.py", "backup", str(tmp_path / "kept")]
    done = subprocess.run(command, cwd=PATH.parents[1], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, "Traceback" in done.stderr, "secret" in done.stderr) == (1, "", False, False)
    assert done.stderr.splitlines()[-1].startswith("Error: the database cannot be used: ")
    assert not (tmp_path / "kept").exists()


def test_the_command_line_says_what_is_wrong_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "webapp.settings")
    monkeypatch.setenv("GULLERY_THROTTLE_USER", "lots")

    done = subprocess.run(
        [sys.executable, "manage.py", "up"], cwd=PATH.parents[1], capture_output=True, text=True, check=False
    )

    told = "is not a rate; it looks like 20/min: a number, then s, min, hour or day."
    assert (done.returncode, done.stderr) == (1, f"Error: GULLERY_THROTTLE_USER='lots' {told}\n")
