"""A scratch database with the product's own settings for a measurement; gone at the end."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

Job = TypeVar("Job")


@contextmanager
def scratch_database() -> Iterator[Path]:
    """Starts a durable embedded server (fsync on), sets Django up and migrates; yields the data folder.

    Tidies up behind itself when it is stopped by Ctrl-C or by SIGTERM, too.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    data = Path(tempfile.mkdtemp(prefix="gullery-benchmark-"))
    data.chmod(0o711)
    os.environ["GULLERY_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    from webapp.embedded.postgres import running_postgres

    try:
        with running_postgres(data, log=data / "postgres.log"):
            _create_and_migrate()
            yield data
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _create_and_migrate() -> None:
    import django
    import psycopg
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    database = settings.DATABASES["default"]
    host, user = str(database["HOST"]), str(database["USER"])
    with psycopg.connect(host=host, user=user, dbname="postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{database["NAME"]}"')
    call_command("migrate", verbosity=0)


def found(job: Job | None) -> Job:
    """Nobody else can have claimed it: the database is this program's own."""
    if job is None:
        raise RuntimeError("somebody else claimed the job")
    return job


def peak_memory() -> int:
    """In MiB, of this program alone: ru_maxrss would begin with what its parent had when it was forked."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) // 1024


def percentiles(seconds: list[float]) -> dict[str, float]:
    """p50, p95 and p99 in milliseconds."""
    ordered = sorted(seconds)
    return {f"p{p}": round(1000 * ordered[min(len(ordered) - 1, len(ordered) * p // 100)], 2) for p in (50, 95, 99)}
