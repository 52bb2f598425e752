"""A worker's process keeps its connection to the database from task to task.

Celery ends Django's pool before and after each. At two ticks a second that was two new processes of PostgreSQL a second, each
of which reads the catalogues anew.
"""

from typing import Any

import psycopg.connection
from celery import Celery, Task, signals
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connections

NEVER = 2**62
"""Tasks after which Celery ends the pool."""


def keep(app: Celery) -> None:
    app.conf["CELERY_DB_REUSE_MAX"] = NEVER
    signals.worker_init.connect(begin)
    signals.task_prerun.connect(give_back)
    signals.task_postrun.connect(give_back)


def begin(**_: Any) -> None:
    """The server may have been started anew since the last task: a connection that broke is not taken from the pool. The
    pool's own `check` is not for this: each call of it adds a connection until the pool is full.

    When a task's time is up, the driver ends its statement as it does at Ctrl-C. Otherwise that would run on at the server,
    and its connection could not even be used to write down why the work stopped.
    """
    connections.settings["default"]["CONN_HEALTH_CHECKS"] = True
    psycopg.connection._INTERRUPTED = (KeyboardInterrupt, SystemExit, SoftTimeLimitExceeded)  # type: ignore[assignment]


def give_back(sender: Task, **_: Any) -> None:
    if not sender.request.is_eager:  # a task that is only called has its caller's connections
        for connection in connections.all(initialized_only=True):
            connection.close()
