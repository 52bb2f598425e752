"""Real processes, killed in every way. The database and the broker are real, web server and worker pretend."""

import signal
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.webapp.supervisor.runs import (
    kill_everything,
    processes_of,
    reachable_data,
    started,
    wait_until,
)
from webapp.embedded import locations

pytestmark = pytest.mark.slow

DATABASE, BROKER, WEB, WORKER = "bin/postgres -D", "redis-server", "serve_forever", "worker ready"


@pytest.fixture
def data() -> Iterator[Path]:
    with reachable_data() as folder:
        yield folder


@contextmanager
def connected(data: Path) -> Iterator[psycopg.Connection]:
    host = str(locations.postgres_socket_dir(data))
    with psycopg.connect(host=host, port=5432, user="postgres", dbname="postgres", autocommit=True) as connection:
        yield connection


def test_it_starts_in_order_and_sigterm_leaves_no_process(data: Path) -> None:
    with started(data) as run:
        address = run.wait_ready()
        with pytest.raises(urllib.error.HTTPError, match="501"):
            urllib.request.urlopen(address, timeout=60)
        run.process.terminate()
        assert run.ended_with() == 0
        assert processes_of(data) == []
        names = [line.split()[1] for line in run.output.splitlines() if line.startswith("ready")]
        assert (sorted(names[:2]), names[2:]) == (["broker", "database"], ["web", "worker"])


def test_a_second_start_on_the_same_data_is_refused(data: Path) -> None:
    with started(data) as first:
        address = first.wait_ready()
        with started(data) as second:
            assert second.ended_with() == 1
            expected = f"FAILED Gullery already runs on {data} (pid {first.process.pid}, at {address}).\n"
            assert second.output == expected
            assert first.process.poll() is None


def test_killed_programs_are_started_again(data: Path) -> None:
    with started(data) as run:
        run.wait_ready()
        for name, words in {"web": WEB, "broker": BROKER, "worker": WORKER}.items():
            killed = run.kill_child(words)
            run.wait_for(f"restarted {name}")
            assert run.child(words) != killed
            assert f"died {name} was killed by SIGKILL; starting again in 1 s" in run.output


def test_a_killed_database_stops_everything_and_the_next_start_works(data: Path) -> None:
    with started(data) as run:
        run.wait_ready()
        run.kill_child(DATABASE)
        assert run.ended_with() == 1
        assert "FAILED database was killed by SIGKILL; its log" in run.output
        assert processes_of(data) == []
    with started(data) as again:
        again.wait_ready()


def test_after_kill_9_of_the_supervisor_its_children_end_and_the_next_start_works_at_once(data: Path) -> None:
    with started(data) as run:
        run.wait_ready()
        run.process.kill()
        run.process.wait()
        with started(data) as again:
            again.wait_ready()
            wait_until(lambda: len(processes_of(data)) > 0, "the new processes")
            assert "FAILED" not in again.output


def test_after_kill_9_of_everything_no_committed_row_is_missing(data: Path) -> None:
    acknowledged: list[int] = []
    with started(data) as run:
        run.wait_ready()
        with connected(data) as connection:
            connection.execute("CREATE TABLE said (number integer)")
        writer = threading.Thread(target=_write_until_it_breaks, args=(data, acknowledged))
        writer.start()
        wait_until(lambda: len(acknowledged) > 200, "some rows")
        kill_everything(data)
        writer.join()
    with started(data) as again:
        again.wait_ready()
        with connected(data) as connection:
            stored = {number for (number,) in connection.execute("SELECT number FROM said")}
    assert set(acknowledged) - stored == set()


def _write_until_it_breaks(data: Path, acknowledged: list[int]) -> None:
    try:
        with connected(data) as connection:
            for number in range(1_000_000):
                connection.execute("INSERT INTO said VALUES (%s)", [number])
                acknowledged.append(number)
    except psycopg.OperationalError:
        return


def test_a_program_that_never_starts_stops_everything_and_shows_its_log(data: Path) -> None:
    with started(data, "--worker", "stillborn") as run:
        assert run.ended_with() == 1
        assert run.output.splitlines()[-2:] == [
            f"FAILED worker exited with 1; its log {data}/logs/worker.log ends:",
            "  | no such queue",
        ]
        assert processes_of(data) == []


def test_a_program_that_dies_again_and_again_stops_everything(data: Path) -> None:
    with started(data, "--worker", "sickly", "--most-deaths", "1") as run:
        assert run.ended_with() == 1
        assert "FAILED worker exited with 1, and died more than 1 times in 60 s; its log" in run.output
        assert processes_of(data) == []


def test_a_second_ctrl_c_kills_what_does_not_stop(data: Path) -> None:
    with started(data, "--worker", "stubborn") as run:
        run.wait_ready()
        run.process.send_signal(signal.SIGINT)
        run.wait_for("stopping")
        time.sleep(0.5)
        assert run.process.poll() is None, "a worker has its time to end a task"
        run.process.send_signal(signal.SIGINT)
        assert run.ended_with() == 0
        assert processes_of(data) == []


def test_a_port_that_was_asked_for_and_is_taken_stops_before_anything_starts(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with started(data, "--port", str(port)) as run:
            assert run.ended_with() == 1
            assert run.output == f"FAILED port {port} on 127.0.0.1 is taken; choose another with --port.\n"
    assert not (data / "postgres").exists()
