"""What a real worker of one process keeps of the database from task to task; it is rung five times a second."""

from collections import defaultdict
from pathlib import Path

import pytest
from django.db import connection

from tests.copies import worker
from tests.workers.test_killed_workers import wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
TASKS = 10


class Servers:
    """The database's processes for others than this test, with the moments at which each began a statement."""

    def __init__(self) -> None:
        self.begun: dict[int, set[float]] = defaultdict(set)

    def look(self) -> "Servers":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid, extract(epoch FROM query_start) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
            for pid, moment in cursor.fetchall():
                self.begun[pid].add(moment)
        return self

    def busiest(self) -> int:
        return max(map(len, self.begun.values()), default=0)

    def at_work(self) -> set[int]:
        """But for what this process itself keeps, and does not ask."""
        return {pid for pid, begun in self.begun.items() if len(begun) > 1}


def end_between_tasks(servers: set[int]) -> bool:
    """A task that is at work would fail, and may."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = ANY(%s) AND state = 'idle'"
            " AND state_change < clock_timestamp() - interval '0.1 s'",
            [sorted(servers)],
        )
        return bool(cursor.fetchall())


def test_a_worker_keeps_its_connection_and_takes_another_when_the_server_ends_it(tmp_path: Path) -> None:
    told = tmp_path / "told"
    with worker("resident_worker", str(told)) as process:
        kept, anew = Servers(), Servers()
        wait_for(lambda: kept.look().busiest() >= TASKS, process)
        ended = kept.at_work()
        wait_for(lambda: end_between_tasks(ended), process)
        wait_for(lambda: anew.look().busiest() >= TASKS, process)

    assert len(ended) == 1  # and not one more with each task
    assert ended.isdisjoint(anew.at_work())
    assert not told.exists()  # no task failed
