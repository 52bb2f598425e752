"""The product's web server for a measurement, as the supervisor starts it, but with one process."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def web_server(data: Path) -> Iterator[int]:
    """Yields its port. Its socket is opened here, so that no other server can answer in its place."""
    options = {
        "--worker-class": "webapp.web_worker.EvenWorker",
        "--workers": "1",
        "--threads": "8",
        "--keep-alive": "30",
    }
    arguments = [part for option in options.items() for part in option]
    with socket.create_server(("127.0.0.1", 0)) as listener, (data / "web.log").open("wb") as log:
        command = [sys.executable, "-m", "gunicorn", *arguments, "--bind", f"fd://{listener.fileno()}"]
        process = subprocess.Popen(
            [*command, "--no-control-socket", "webapp.wsgi:application"],
            stdout=log,
            stderr=log,
            pass_fds=[listener.fileno()],
        )
        port = int(listener.getsockname()[1])
        try:
            _wait_for_answer(process, port, data / "web.log")
            yield port
        finally:
            process.terminate()
            process.wait(30)


def _wait_for_answer(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SystemExit(f"The web server does not answer:\n{log.read_text()[-2000:]}")
