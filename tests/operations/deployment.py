"""The services of the compose file as child processes, on two servers of the machine."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from tests.operations import servers
from webapp.embedded.tether import tethered

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

    def finish(self, *command: str, **others: str) -> str:
        """`others`: variables with other values than the deployment's."""
        around = self.environment | others
        done = subprocess.run(command, cwd=PROJECT, env=around, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def manage(self, *words: str, **others: str) -> list[str]:
        """The lines that a command prints, as `docker compose exec web python manage.py` runs it."""
        return self.finish(sys.executable, "manage.py", *words, **others).splitlines()

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

    def ask(self, path: str, token: str = "", body: object = None) -> tuple[int, dict[str, Any]]:
        """A GET, or a POST of `body`; status 0 when nobody listens yet."""
        status, content = self.fetch(path, token, body)
        return status, json.loads(content or "{}")

    def fetch(self, path: str, token: str = "", body: object = None) -> tuple[int, bytes]:
        """As the proxy in front of it asks."""
        headers = {"Host": "gullery.example.org", "X-Forwarded-Proto": "https", "Content-Type": "application/json"}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError:
            return 0, b""
