"""A small platform to kill: the real database and broker, a web server and a worker that only pretend.

Run as a program: `python -m tests.webapp.supervisor.standin DATA`. It prints every event, then READY and its address.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from webapp.embedded.errors import EmbeddedError
from webapp.supervisor import stages
from webapp.supervisor.events import Event, PlatformError
from webapp.supervisor.process import Program
from webapp.supervisor.programs import broker, database
from webapp.supervisor.running import Site, running_platform
from webapp.supervisor.stages import Stage

WEB = (
    "import http.server as h, socket, sys; s = h.HTTPServer(('', 0), h.BaseHTTPRequestHandler, False); "
    "s.socket = socket.socket(fileno=int(sys.argv[1])); print('web is up', flush=True); s.serve_forever()"
)
WORKERS = {
    "calm": "import time; print('worker ready.', flush=True); time.sleep(1000)",
    "stubborn": "import signal, time; signal.signal(15, signal.SIG_IGN); print('worker ready.', flush=True)\n"
    "while True: time.sleep(1)",
    "stillborn": "raise SystemExit('no such queue')",
    "sickly": "import time; print('worker ready.', flush=True); time.sleep(0.2); raise SystemExit('fell ill')",
}


def plan(site: Site, worker: str) -> Sequence[Stage]:
    common = {"folder": Path("/"), "environment": dict(os.environ)}
    web_command = [sys.executable, "-c", WEB, str(site.listener)]
    web = Program(name="web", command=web_command, keep_open=(site.lock, site.listener), ready_line="up", **common)
    worker_command = [sys.executable, "-c", WORKERS[worker]]
    pretender = Program(
        name="worker", command=worker_command, keep_open=(site.lock,), ready_line="ready.", grace_seconds=1000, **common
    )
    return (Stage(programs=[database(site), broker(site)]), Stage(programs=[web]), Stage(programs=[pretender]))


def tell(event: Event) -> None:
    print(event.kind, event.name, event.text, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--port", type=int)
    parser.add_argument("--worker", default="calm")
    parser.add_argument("--most-deaths", type=int)
    options = parser.parse_args()
    if options.most_deaths is not None:
        stages.RestartPolicy.most_deaths = options.most_deaths
    try:
        with running_platform(
            lambda site: plan(site, options.worker), options.data, listener=tell, port=options.port
        ) as platform:
            print("READY", platform.address, flush=True)
            time.sleep(1000)  # a block that is busy with something else
    except KeyboardInterrupt:
        return 0
    except (PlatformError, EmbeddedError) as error:
        print("FAILED", error, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
