"""A worker's process keeps its connection to the database from task to task.

Celery ends Django's pool before and after each. At two ticks a second that was two new processes of PostgreSQL a second, each
of which reads the catalogues anew.
"""

from collections.abc import Sequence
from typing import Any

from celery import Celery, Task, signals
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

NEVER = 2**62
"""Tasks after which Celery ends the pool."""


def keep(app: Celery) -> None:
    app.conf["CELERY_DB_REUSE_MAX"] = NEVER
    signals.task_prerun.connect(look_after)
    signals.task_postrun.connect(give_back)


def look_after(sender: Task, **_: Any) -> None:
    """The server may have been started anew since the last task: what has broken is thrown away."""
    give_back(sender)
    for connection in _ours(sender):
        pool = getattr(connection, "pool", None)
        if pool is not None and not pool.closed:
            pool.check()


def give_back(sender: Task, **_: Any) -> None:
    for connection in _ours(sender):
        connection.close()


def _ours(task: Task) -> Sequence[BaseDatabaseWrapper]:
    """None where a task is only called: the caller's connections are its own."""
    return [] if task.request.is_eager else connections.all(initialized_only=True)
