"""A worker's process keeps its connection to the database from task to task.

Celery ends Django's pool before and after each. At two ticks a second that was two new processes of PostgreSQL a second, each
of which reads the catalogues anew.
"""

from typing import Any

from celery import Celery, Task, signals
from django.db import connections

NEVER = 2**62
"""Tasks after which Celery ends the pool."""


def keep(app: Celery) -> None:
    app.conf["CELERY_DB_REUSE_MAX"] = NEVER
    signals.worker_init.connect(look_at_each)
    signals.task_prerun.connect(give_back)
    signals.task_postrun.connect(give_back)


def look_at_each(**_: Any) -> None:
    """The server may have been started anew since the last task: a connection that broke is not taken from the pool.

    The pool's own `check` is not for this: each call of it adds a connection until the pool is full.
    """
    connections.settings["default"]["CONN_HEALTH_CHECKS"] = True


def give_back(sender: Task, **_: Any) -> None:
    if not sender.request.is_eager:  # a task that is only called has its caller's connections
        for connection in connections.all(initialized_only=True):
            connection.close()
