"""`manage.py up`, whole: every program of the platform is the real one."""

import json
import os
import signal
import subprocess
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote

import psycopg
import pytest

from tests.webapp.supervisor.crowd import REGIONS, STUDY, Crowd
from tests.webapp.supervisor.runs import (
    EMBEDDED,
    PROJECT,
    Run,
    kill_everything,
    processes_of,
    reachable_data,
    started,
    wait_until,
)
from tests.webapp.supervisor.strangers import Somebody, ordinary_user

pytestmark = pytest.mark.slow

MANAGE = str(PROJECT / "manage.py")
PRODUCT = {"DJANGO_SETTINGS_MODULE": "webapp.settings", "GULLERY_SECRET_KEY": "for-this-test-alone-" + "x" * 30}
WANTED = 7 * REGIONS


def status_of(address: str) -> int:
    with urllib.request.urlopen(address, timeout=30) as response:
        return int(response.status)


@contextmanager
def platform_of(somebody: Somebody, data: Path) -> Iterator[Run]:
    with started(data, command=[*somebody.python, MANAGE, "up"], **PRODUCT, **somebody.environment) as run:
        yield run


def run_beside(somebody: Somebody, data: Path, *words: str) -> str:
    """What a program says that finds the platform's database by the data folder."""
    around = os.environ | EMBEDDED | {"GULLERY_DATA": str(data)} | PRODUCT | somebody.environment
    command = [*somebody.python, *words]
    return subprocess.run(command, cwd=PROJECT, env=around, stdout=subprocess.PIPE, text=True, check=True).stdout


def test_the_whole_platform_survives_kills_of_one_and_of_all_without_losing_a_vote_and_stops_cleanly() -> None:
    """Started by an ordinary user; root starts the same platform in the demonstration's test."""
    with reachable_data() as data:
        somebody = ordinary_user(data.parent)
        with platform_of(somebody, data) as run:
            address = run.wait_ready()
            assert status_of(f"{address}/healthz") == 200
            if somebody.uid:
                assert {Path(f"/proc/{pid}").stat().st_uid for pid in processes_of(data)} == {somebody.uid}
            run.kill_child("gunicorn")
            run.kill_child("--queues default")
            run.wait_for("again: http://")
            run.wait_for("again: queue default")
            assert status_of(f"{address}/healthz") == 200
            assert f"GULLERY_DATA={quote(str(data))} " in run.output.partition("Nobody has an account yet.")[2]
            tokens = run_beside(somebody, data, "-m", "tests.webapp.supervisor.crowd").split()
            with Crowd(address, tokens).voting() as crowd:
                wait_until(lambda: len(crowd.acknowledged) > WANTED // 4, "a quarter of the votes")
                kill_everything(data)
            assert len(crowd.acknowledged) < WANTED
        with platform_of(somebody, data) as again:
            address = again.wait_ready()
            assert run_beside(somebody, data, MANAGE, "verify_labels", STUDY).endswith(" labels verified\n")
            keys, most, _ = votes_of(data)
            assert set(crowd.acknowledged) <= set(keys)
            assert len(set(keys)) == len(keys)
            assert most <= 7
            assert len(keys) <= len(crowd.acknowledged) + len(tokens), "no more than one each was on its way"
            with Crowd(address, tokens).voting() as rest:
                pass  # until all is done
            after, most, least = votes_of(data)
            assert (len(set(after)), len(after), most, least) == (WANTED, WANTED, 7, 7)
            assert set(after) == {*keys, *rest.acknowledged}
            os.killpg(again.process.pid, signal.SIGINT)
            assert again.ended_with() == 0
            assert processes_of(data) == []
            assert json.loads((data / "up.lock").read_text())["address"] == address
    if not somebody.uid:
        pytest.skip("All of this passed, but as root: no other account gets at Python and the project.")


def votes_of(data: Path) -> tuple[list[str], int, int]:
    """The keys of all votes in the table, and how many count for one region, at most and at least."""
    host = (data / "postgres" / "postmaster.pid").read_text().splitlines()[4]  # depends on who started it
    with psycopg.connect(host=host, port=5432, user="postgres", dbname="gullery") as connection:
        rows = connection.execute("SELECT idempotency_key, region_id, surplus FROM annotation_vote").fetchall()
    counted = Counter(region for _, region, surplus in rows if not surplus)
    return [str(key) for key, _, _ in rows], max(counted.values()), min(counted.values())
