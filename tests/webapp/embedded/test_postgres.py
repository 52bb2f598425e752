"""Real servers on throw-away data."""

import os
import signal
import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from webapp.embedded import locations
from webapp.embedded.account import server_account
from webapp.embedded.cluster import processes_in, recorded_server
from webapp.embedded.errors import EmbeddedError
from webapp.embedded.postgres import THROW_AWAY, Postgres, running_postgres

pytestmark = pytest.mark.slow


def ask(data: Path, question: str) -> object:
    host = str(locations.postgres_socket_dir(data))
    with psycopg.connect(host=host, port=5432, user="postgres", dbname="postgres") as connection:
        row = connection.execute(question).fetchone()
    return row and row[0]


def running(data: Path):  # type: ignore[no-untyped-def]
    return running_postgres(data, log=data / "postgres.log", settings=THROW_AWAY)


def test_a_first_start_makes_a_cluster_that_sorts_alike_on_every_machine(open_folder: Path) -> None:
    with running(open_folder):
        locale = ask(
            open_folder, "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'template1'"
        )
        assert locale == "bC.UTF-8"
        assert ask(open_folder, "SHOW server_encoding") == "UTF8"
        assert ask(open_folder, "SHOW max_connections") == "200"
        assert ask(open_folder, "SHOW listen_addresses") == ""
        assert ask(open_folder, "SHOW timezone") == "UTC"
        assert ask(open_folder, "SHOW autovacuum_naptime") == "10s"
    assert processes_in(locations.postgres_data(open_folder)) == []


def test_variables_for_other_servers_do_not_reach_ours(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "6000")
    monkeypatch.setenv("PGDATA", "/nowhere")
    with running(open_folder):
        assert ask(open_folder, "SHOW port") == "5432"


def test_half_a_cluster_is_thrown_away_and_made_again(open_folder: Path) -> None:
    server = Postgres(open_folder)
    half = server.cluster.with_name("postgres.unfinished")
    (half / "base").mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with running(open_folder):
        assert ask(open_folder, "SELECT 1") == 1
    assert not half.exists()


def test_a_second_server_on_the_same_cluster_is_refused_by_its_pid(open_folder: Path) -> None:
    with running(open_folder) as server:
        pid = recorded_server(server.cluster)
        with pytest.raises(EmbeddedError) as caught:
            Postgres(open_folder).prepare()
        assert str(caught.value) == (f"a PostgreSQL server (pid {pid}) is running on {server.cluster}; stop it first")


def test_a_killed_server_whose_number_another_process_has_now_starts_again(open_folder: Path) -> None:
    with running(open_folder) as server:
        ask(open_folder, "SELECT 1")
        pid_file = server.cluster / "postmaster.pid"
        left = pid_file.read_text()
        os.kill(recorded_server(server.cluster) or 0, signal.SIGKILL)
    bystander = subprocess.Popen(["sleep", "60"], user=server_account().uid)
    try:
        pid_file.write_text("\n".join([str(bystander.pid), *left.splitlines()[1:], ""]))
        with running(open_folder):
            assert ask(open_folder, "SELECT 1") == 1
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_killed_server_that_nobody_has_buried_yet_starts_again(open_folder: Path) -> None:
    server = Postgres(open_folder, THROW_AWAY)
    server.prepare()
    zombie = subprocess.Popen(
        server.command(), user=server.account.uid, group=server.account.gid, cwd="/", start_new_session=True,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while not server.answers():
        time.sleep(0.02)
    zombie.kill()
    with running(open_folder):
        assert ask(open_folder, "SELECT 1") == 1
    assert zombie.wait() == -signal.SIGKILL


def test_a_cluster_of_another_release_is_named(open_folder: Path) -> None:
    with running(open_folder) as server:
        cluster = server.cluster
    (cluster / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedError, match="was made by PostgreSQL 17 and this is 18: back up with the release"):
        server.prepare()


def test_a_folder_with_something_else_in_it_is_left_alone(open_folder: Path) -> None:
    server = Postgres(open_folder)
    server.cluster.mkdir()
    (server.cluster / "holiday.jpg").write_bytes(b"precious")
    os.chown(server.cluster, server.account.uid, server.account.gid)
    with pytest.raises(EmbeddedError, match="is not empty and is no PostgreSQL cluster; move it away"):
        server.prepare()
    assert (server.cluster / "holiday.jpg").read_bytes() == b"precious"


def test_a_server_that_cannot_start_shows_its_log(open_folder: Path) -> None:
    log = open_folder / "postgres.log"
    with (
        pytest.raises(EmbeddedError, match=r"PostgreSQL ended at once \(exit 1\):\n.*invalid value for parameter"),
        running_postgres(open_folder, log=log, settings={"max_connections": "plenty"}),
    ):
        pass
