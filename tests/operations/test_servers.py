"""The compose file's own commands and environment, against a distribution's PostgreSQL and Redis on loopback."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.operations import servers
from webapp.embedded.locations import SHORT_FOLDER
from webapp.embedded.tether import tethered

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 300.0
GIVEN = {
    "POSTGRES_PASSWORD": servers.PASSWORD,
    "REDIS_PASSWORD": servers.PASSWORD,
    "GULLERY_SECRET_KEY": "for-this-test-alone-" + "x" * 30,
    "GULLERY_ALLOWED_HOSTS": "gullery.example.org",
}


def interpolated(text: str) -> str:
    """As compose does it: ${NAME:-default}, ${NAME:?message}, $$."""
    filled = re.sub(r"\$\{(\w+):[-?]([^}]*)\}", lambda found: GIVEN.get(found[1], found[2]), text)
    return filled.replace("$$", "$")


class Deployment:
    """The services of the compose file as child processes, on two servers of the machine."""

    def __init__(self, database: str, broker: str, folder: Path) -> None:
        self.folder = folder
        self.port = servers.free_port()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._services: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
        theirs = {name: interpolated(value) for name, value in self._services["web"]["environment"].items()}
        placed = {"DATABASE_URL": database, "CELERY_BROKER_URL": broker, "GULLERY_DATA": str(folder / "data")}
        base = {name: value for name, value in os.environ.items() if not name.startswith(("GULLERY_", "DJANGO_"))}
        self.environment = base | theirs | placed

    def command(self, service: str) -> list[str]:
        told = self._services[service].get("command") or self._image_command()
        words = [interpolated(word) for word in (shlex.split(told) if isinstance(told, str) else told)]
        assert words[0] == "python"
        return [sys.executable, *(word.replace("0.0.0.0:8000", f"127.0.0.1:{self.port}") for word in words[1:])]

    def _image_command(self) -> list[str]:
        web = (PROJECT / "Dockerfile").read_text().split(" AS web\n")[1].split("\nFROM")[0]
        command: list[str] = json.loads(web.split("\nCMD ")[1].replace("\\\n", ""))
        return command

    def finish(self, *command: str) -> str:
        done = subprocess.run(command, cwd=PROJECT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def running(self, service: str) -> Iterator[None]:
        with (self.folder / f"{service}.log").open("wb") as log:
            command = tethered(self.command(service), signal.SIGKILL)
            process = subprocess.Popen(command, cwd=PROJECT, env=self.environment, stdout=log, stderr=log)
        self.processes[service] = process
        try:
            yield
        finally:
            process.terminate()
            process.wait(60)
            del self.processes[service]

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            dead = [service for service, process in self.processes.items() if process.poll() is not None]
            assert dead == [], self.log(dead[0])
            assert time.monotonic() < deadline, f"waited in vain for {what}"
            time.sleep(0.5)

    def log(self, service: str) -> str:
        return (self.folder / f"{service}.log").read_text()

    def ask(self, path: str) -> tuple[int, dict[str, Any]]:
        """As the proxy in front of it asks; status 0 when nobody listens yet."""
        headers = {"Host": "gullery.example.org", "X-Forwarded-Proto": "https"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
        except OSError:
            return 0, {}


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


def test_web_worker_and_beat_work_together_over_the_servers(deployment: Deployment) -> None:
    """/readyz is only content when beat rang over the broker and a worker wrote the tick into the database."""
    with deployment.running("web"), deployment.running("worker"), deployment.running("beat"):
        deployment.wait_until(lambda: deployment.ask("/readyz")[0] == 200, "/readyz")
        assert deployment.ask("/healthz") == (200, {"status": "ok"})
        checks = deployment.ask("/readyz")[1]["checks"]
        assert {name: check["ok"] for name, check in checks.items()} == dict.fromkeys(
            ("database", "migrations", "broker", "beat", "disk"), True
        )
        assert not (deployment.folder / "data" / "postgres").exists()
        probe_as_compose_does(deployment)


def probe_as_compose_does(deployment: Deployment) -> None:
    services = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
    probe = services["web"]["healthcheck"]["test"][3]
    deployment.finish(sys.executable, "-c", probe.replace("127.0.0.1:8000", f"127.0.0.1:{deployment.port}"))
    ping = interpolated(services["worker"]["healthcheck"]["test"][1]).replace("python", shlex.quote(sys.executable), 1)
    told = deployment.finish("sh", "-c", ping.replace("$HOSTNAME", socket.gethostname()))
    assert "1 node online." in told
