"""A Redis of its own for one test."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from tests.webapp.supervisor.runs import wait_until
from webapp.embedded.redis import redis_program


@contextmanager
def redis_at(socket: Path) -> Iterator[Redis]:
    options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(socket.parent)]
    server = subprocess.Popen([redis_program(), *options], stdout=subprocess.DEVNULL)
    client = Redis(unix_socket_path=str(socket))
    try:
        wait_until(lambda: answers(client), "Redis answers")
        yield client
    finally:
        client.close()
        server.terminate()
        server.wait()


def answers(client: Redis) -> bool:
    try:
        return bool(client.ping())
    except RedisError:
        return False
