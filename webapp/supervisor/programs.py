"""The platform's programs: how each is started, when it is ready, how it wants to end."""

import http.client
import re
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from webapp import environment
from webapp.embedded import postgres, redis
from webapp.embedded.postgres import Postgres
from webapp.embedded.redis import Redis
from webapp.supervisor.process import Program
from webapp.supervisor.running import Site

NICENESS: Final = 10
"""Of workers that nobody looks at while they work: somebody who rates, or clicks for an outline, goes first."""


def database(site: Site) -> Program:
    server = Postgres(site.data)
    return Program(
        name="database",
        title=f"PostgreSQL {server.version()}, embedded",
        command=server.command(),
        account=server.account,
        folder=Path("/"),
        environment=postgres.ENVIRONMENT,
        keep_open=(site.lock,),
        prepare=server.prepare,
        answers=server.answers,
        ready_seconds=300,  # recovery after a crash replays what was written since the last checkpoint
        stop_signal=postgres.STOP_SIGNAL,
        death_signal=postgres.STOP_SIGNAL,
        grace_seconds=60,
        urgent=False,
        essential=True,
        # Its ERRORs are answers to clients, who log them; while it starts it turns our own probe away.
        important=re.compile(r"\b(FATAL|PANIC):(?! .* starting up)"),
    )


def broker(site: Site) -> Program:
    server = Redis(site.data)
    return Program(
        name="broker",
        title=f"Redis {server.version()}, embedded",
        command=server.command(),
        folder=Path("/"),
        environment=postgres.ENVIRONMENT,
        keep_open=(site.lock,),
        prepare=server.prepare,
        answers=server.answers,
        stop_signal=redis.STOP_SIGNAL,
        death_signal=redis.STOP_SIGNAL,
        urgent=False,
        important=re.compile(r"(?i)\b(fatal|error|panic|bad file format)\b"),
        way_out=f"Where it cannot read its files, of a newer or broken server: move {server.files} away, no work is lost.",
    )


def preparation(site: Site, project: Path, around: Mapping[str, str]) -> Program:
    return Program(
        name="migrations",
        title="tables and static files up to date",
        command=[sys.executable, "manage.py", "prepare"],
        folder=project,
        environment=around,
        keep_open=(site.lock,),
        ready_seconds=24 * 3600,  # a migration of a large table takes what it takes
    )


def web(site: Site, project: Path, around: Mapping[str, str]) -> Program:
    options = {
        "--bind": f"fd://{site.listener}",
        "--worker-class": "webapp.web_worker.EvenWorker",
        "--logger-class": "webapp.web_log.WebLog",
        "--workers": str(environment.integer("GULLERY_WEB_PROCESSES", 2, least=1)),
        "--threads": str(environment.integer("GULLERY_WEB_THREADS", 8, least=1)),
        "--graceful-timeout": "10",
        "--timeout": "60",
        "--keep-alive": "30",
    }
    arguments = [part for option in options.items() for part in option]
    return Program(
        name="web",
        title=site.address,
        command=[sys.executable, "-m", "gunicorn", *arguments, "--no-control-socket", "webapp.wsgi:application"],
        folder=project,
        environment=around,
        keep_open=(site.lock, site.listener),
        ready_line="Booting worker",
        answers=lambda: _web_answers(site.address),
        grace_seconds=15,
    )


def _web_answers(address: str) -> bool:
    """Whether it answers at all; /readyz judges the rest."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def worker(
    site: Site, project: Path, around: Mapping[str, str], *, queue: str, processes: int, tasks_per_child: int = 1000
) -> Program:
    options = ["--queues", queue, "--hostname", f"{queue}@%h", "--concurrency", str(processes), "--loglevel", "INFO"]
    options += ["--max-tasks-per-child", str(tasks_per_child)]
    return Program(
        name=f"worker-{queue}",
        niceness=0 if queue == "interactive" else NICENESS,
        title=f"queue {queue}, {processes} process" + ("es" if processes > 1 else ""),
        command=[*_CELERY, "worker", *options, "--without-gossip", "--without-mingle"],
        folder=project,
        environment=around,
        keep_open=(site.lock,),
        ready_line=" ready.",
        grace_seconds=20,  # a task at work may end; a longer one is begun again after the next start
    )


def beat(site: Site, project: Path, around: Mapping[str, str]) -> Program:
    return Program(
        name="beat",
        title="the clock that rings the workers",
        command=[*_CELERY, "beat", "--pidfile=", "--loglevel", "INFO"],
        folder=project,
        environment=around,
        keep_open=(site.lock,),
        ready_line="beat: Starting",
        stop_signal=signal.SIGTERM,
    )


_CELERY = (sys.executable, "-m", "celery", "-A", "workers")
