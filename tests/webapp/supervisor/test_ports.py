import socket

import pytest

from tests.operations import servers
from webapp.supervisor import ports
from webapp.supervisor.events import PlatformError


@pytest.fixture
def free_port(monkeypatch: pytest.MonkeyPatch) -> int:
    """A port with nobody on it, made the default."""
    port = servers.free_port()
    monkeypatch.setattr(ports, "DEFAULT_PORT", port)
    return port


def test_the_default_port_is_used_when_it_is_free(free_port: int) -> None:
    with ports.listen("127.0.0.1", None) as listener:
        assert listener.getsockname()[1] == free_port
        assert ports.address_of(listener) == f"http://127.0.0.1:{free_port}"


def test_the_next_port_is_used_when_the_default_is_taken(free_port: int) -> None:
    with (
        ports.listen("127.0.0.1", None),
        ports.listen("127.0.0.1", None) as second,
    ):
        assert second.getsockname()[1] > free_port


def test_a_port_that_was_asked_for_is_never_exchanged(free_port: int) -> None:
    with ports.listen("127.0.0.1", free_port), pytest.raises(PlatformError) as caught:
        ports.listen("127.0.0.1", free_port)
    assert str(caught.value) == f"port {free_port} on 127.0.0.1 is taken; choose another with --port."


def test_a_port_just_left_can_be_used_at_once(free_port: int) -> None:
    with ports.listen("127.0.0.1", free_port) as listener:
        client = socket.create_connection(listener.getsockname())
        accepted, _ = listener.accept()
        accepted.close()
        client.close()
    ports.listen("127.0.0.1", free_port).close()


@pytest.mark.parametrize("host, port", [("192.0.2.1", None), ("no such host", None), ("127.0.0.1", 70_000)])
def test_what_this_machine_does_not_have_is_refused(host: str, port: int | None) -> None:
    with pytest.raises(PlatformError, match=f"cannot listen on {host}"):
        ports.listen(host, port)


def test_an_address_for_every_interface_is_told_as_one_a_browser_can_open(free_port: int) -> None:
    with ports.listen("0.0.0.0", free_port) as listener:
        assert ports.address_of(listener) == f"http://localhost:{free_port}"
