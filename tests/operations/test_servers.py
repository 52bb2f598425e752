"""The compose file's own commands and environment, against a distribution's PostgreSQL and Redis on loopback."""

import json
import re
import shlex
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from psycopg import sql

from tests.operations import servers
from tests.operations.deployment import PROJECT, Deployment, interpolated
from tests.operations.main_job import MainJob
from webapp.embedded.locations import SHORT_FOLDER

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def deployment() -> Iterator[Deployment]:
    programs, redis_server = servers.installed_postgres(), servers.installed_redis()
    if programs is None or redis_server is None:
        pytest.skip(
            "needs a PostgreSQL in /usr/lib/postgresql and redis-server: apt-get install postgresql redis-server"
        )
    with ExitStack() as resources:
        folder = Path(resources.enter_context(tempfile.TemporaryDirectory(dir=SHORT_FOLDER)))
        folder.chmod(0o755)
        database = resources.enter_context(servers.postgres(programs, folder))
        broker = resources.enter_context(servers.broker(redis_server, folder))
        deployed = Deployment(database, broker, folder)
        deployed.finish(*deployed.command("migrations"))
        (folder / "data" / "static").mkdir(parents=True)
        yield deployed


def test_djangos_checks_for_deployment_find_only_what_an_owner_must_decide(deployment: Deployment) -> None:
    """W005 and W021 concern the owner's whole domain: HSTS for its subdomains, and browsers' preload lists."""
    command = [sys.executable, "manage.py", "check", "--deploy", "--tag", "security"]
    done = subprocess.run(command, cwd=PROJECT, env=deployment.environment, capture_output=True, text=True, check=True)
    assert re.findall(r"security\.W\d+", done.stderr) == ["security.W005", "security.W021"]


@pytest.fixture(scope="module")
def at_work(deployment: Deployment) -> Iterator[Deployment]:
    with deployment.running("web"), deployment.running("worker"), deployment.running("beat"):
        deployment.wait_until(lambda: deployment.ask("/readyz")[0] == 200, "/readyz")
        deployment.wait_until(lambda: ' ready."' in deployment.log("worker"), "the worker")  # it may be the last
        yield deployment


@pytest.fixture(scope="module")
def job(at_work: Deployment) -> MainJob:
    job = MainJob(at_work)
    job.begin()
    return job


def test_web_worker_and_beat_work_together_over_the_servers(at_work: Deployment) -> None:
    """/readyz is only content when beat rang over the broker and a worker wrote the tick into the database."""
    assert at_work.ask("/healthz") == (200, {"status": "ok"})
    checks = at_work.ask("/readyz")[1]["checks"]
    assert {name: check["ok"] for name, check in checks.items()} == dict.fromkeys(
        ("database", "migrations", "broker", "beat", "disk", "files"), True
    )
    assert not (at_work.folder / "data" / "postgres").exists()
    probe_as_compose_does(at_work)


def probe_as_compose_does(deployment: Deployment) -> None:
    services = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
    probe = services["web"]["healthcheck"]["test"][3]
    deployment.finish(sys.executable, "-c", probe.replace("127.0.0.1:8000", f"127.0.0.1:{deployment.port}"))
    ping = interpolated(services["worker"]["healthcheck"]["test"][1]).replace("python", shlex.quote(sys.executable), 1)
    told = deployment.finish("sh", "-c", ping.replace("$HOSTNAME", socket.gethostname()))
    assert "1 node online." in told


def test_photographs_become_labels_an_export_and_a_backup_that_comes_back(job: MainJob, at_work: Deployment) -> None:
    regions = job.propose()
    assert job.judged() == ["tiny"]
    votes = job.rate()
    assert (len(regions) >= 2, votes) == (True, regions)
    assert job.labels() == dict.fromkeys(regions, ("settled", 1))
    assert job.export() == [(str(region), "5") for region in regions]

    place = at_work.environment["DATABASE_URL"]
    with psycopg.connect(place, autocommit=True) as admin:
        admin.execute("CREATE DATABASE elsewhere")
    backup = str(at_work.folder / "data" / "backups" / "today")
    at_work.manage("backup", backup)
    elsewhere = place.removesuffix("gullery") + "elsewhere"
    told = at_work.manage("restore", backup, DATABASE_URL=elsewhere, GULLERY_DATA=str(at_work.folder / "elsewhere"))
    assert told[-1] == f"birds: {len(regions)} labels verified, 2 files read"
    for name in ("vote", "label", "region", "image"):
        here, there = (everything(url, f"annotation_{name}") for url in (place, elsewhere))
        assert here == there != []


def everything(url: str, table: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as reader:
        return reader.execute(sql.SQL("SELECT * FROM {} ORDER BY 1").format(sql.Identifier(table))).fetchall()


@pytest.mark.parametrize("service", ["web", "worker", "beat"])
def test_every_line_of_the_logs_is_an_object_with_its_fields(at_work: Deployment, service: str) -> None:
    """But for what Celery prints when it starts, before any line of its log."""
    lines = at_work.log(service).rpartition("\n")[0].splitlines()  # one more may be on its way
    first = next(number for number, line in enumerate(lines) if line.startswith("{"))
    logged = [json.loads(line) for line in lines[first:] if line]
    assert [set(line) >= {"asctime", "levelname", "name", "message"} for line in logged] == [True] * len(logged)
    assert {line["levelname"] for line in logged} <= {"INFO", "WARNING", "ERROR"}
    assert service != "web" or first == 0


def test_the_database_s_address_may_ask_for_tls(deployment: Deployment) -> None:
    """This server has none: that it is refused shows that the wish arrives, in the platform and in its backups' programs."""
    url = deployment.environment["DATABASE_URL"] + "?sslmode=require&connect_timeout=5"
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", ASKS]
    done = subprocess.run(
        command,
        cwd=PROJECT,
        env=deployment.environment | {"DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.count("server does not support SSL, but SSL was required") == 2


ASKS = """
import subprocess
import psycopg
from django.db import connection
from webapp.backup import database, programs
asked = connection.get_connection_params()
asked.pop("pool", None)
try:
    psycopg.connect(**{name: value for name, value in asked.items() if name not in {"context", "prepare_threshold"}})
except psycopg.OperationalError as error:
    print(error)
psql = str(programs.at_least("psql", 0))
print(subprocess.run([psql, database.where()], env=database.around(), capture_output=True, text=True).stderr)
"""
