"""A scratch database with the product's own settings for a measurement; gone at the end."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch_database() -> Iterator[Path]:
    """Starts a durable embedded server (fsync on), sets Django up and migrates; yields the data folder."""
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
    server = {"host": database["HOST"], "user": database["USER"], "dbname": "postgres"}
    with psycopg.connect(**server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{database["NAME"]}"')
    call_command("migrate", verbosity=0)


def percentiles(seconds: list[float]) -> dict[str, float]:
    """p50, p95 and p99 in milliseconds."""
    ordered = sorted(seconds)
    return {f"p{p}": round(1000 * ordered[min(len(ordered) - 1, len(ordered) * p // 100)], 2) for p in (50, 95, 99)}
