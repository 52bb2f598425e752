"""The pool of a web process when the server is started anew."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from threading import Barrier

import pytest
from django.db import OperationalError, connection, transaction

pytestmark = pytest.mark.django_db(transaction=True)
IDLE = 4


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(IDLE) as threads:
        yield threads


def ask(within: type[AbstractContextManager[None]] = nullcontext, barrier: Barrier | None = None) -> bool:
    """As a request does, with a connection for as long as it takes."""
    try:
        with within(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            if barrier:
                barrier.wait()
    except OperationalError:
        return False
    finally:
        connection.close()
    return True


@pytest.mark.parametrize("within", [nullcontext, transaction.atomic])
def test_a_server_started_anew_costs_one_request_however_many_connections_wait(
    threads: ThreadPoolExecutor, within: type[AbstractContextManager[None]]
) -> None:
    barrier = Barrier(IDLE)
    assert all(threads.map(lambda _: ask(barrier=barrier), range(IDLE)))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid, 60000)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    answered = [threads.submit(ask, within).result() for _ in range(IDLE + 1)]

    assert answered == [False] + [True] * IDLE
