"""A PostgreSQL server for one test run: throw-away data in the temp directory, gone at the end.

`choose_environment` is called by tests/settings.py before the product's settings are read, so that no test can touch
a developer's own data folder or database. GULLERY_TEST_DATABASE_URL names a server to use instead.
"""

import os
import secrets
import shutil
from contextlib import ExitStack
from pathlib import Path

from webapp.embedded.cluster import process_exists
from webapp.embedded.locations import SHORT_FOLDER
from webapp.embedded.postgres import THROW_AWAY, running_postgres

_PREFIX = "gullery-test-"
_CHOSEN = "GULLERY_TEST_RUN"  # the run's data folder; xdist's workers inherit it


def choose_environment() -> None:
    """Names the run's data folder and database; makes nothing."""
    if _CHOSEN not in os.environ:
        os.environ[_CHOSEN] = str(SHORT_FOLDER / f"{_PREFIX}{os.getpid()}-{secrets.token_hex(4)}")
    os.environ["GULLERY_DATA"] = os.environ[_CHOSEN]
    os.environ["DATABASE_URL"] = os.environ.get("GULLERY_TEST_DATABASE_URL", "")
    os.environ["CELERY_BROKER_URL"] = ""


def start(resources: ExitStack) -> None:
    """Starts the run's server; closing `resources` stops it and removes its data."""
    _remove_what_killed_runs_left()
    data = Path(os.environ[_CHOSEN])
    data.mkdir()
    data.chmod(0o711)  # whatever the umask: root lends the server to an account that must get through
    resources.callback(shutil.rmtree, data, ignore_errors=True)
    (data / "static").mkdir()  # whitenoise warns without it
    if not os.environ["DATABASE_URL"]:
        resources.enter_context(running_postgres(data, log=data / "postgres.log", settings=THROW_AWAY))


def _remove_what_killed_runs_left() -> None:
    for folder in SHORT_FOLDER.glob(f"{_PREFIX}*"):
        pid = folder.name.removeprefix(_PREFIX).split("-")[0]
        if pid.isdigit() and not process_exists(int(pid)) and folder.stat().st_uid == os.geteuid():
            shutil.rmtree(folder, ignore_errors=True)
