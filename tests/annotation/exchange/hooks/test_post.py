import base64
import hashlib
import hmac
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from annotation.exchange.hooks import post as posting
from annotation.exchange.hooks.post import Answer, post
from annotation.exchange.hooks.signing import headers_for, secret_of
from tests.annotation.exchange.hooks.names import meaning
from tests.annotation.exchange.hooks.receiver import HOST, Receiver, receiving

CERTIFICATE = Path(__file__).with_name("receiver_lan.pem")
"""For receiver.lan, signed by itself, with its key; good for a hundred years."""
LATE = "There was no answer within 0 seconds."


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "SECONDS", 0.3)


def send(receiver: Receiver, body: bytes = b"{}", allowed: tuple[str, ...] = (HOST,)) -> Answer:
    return post(receiver.address(), body, {"webhook-id": "1"}, allowed=allowed)


def test_what_is_sent_arrives_as_it_is(receiver: Receiver) -> None:
    answer = post(receiver.address(path="/a?b=c"), "{“é”}".encode(), {"webhook-id": "7"}, allowed=[HOST])

    assert answer == Answer(204)
    got = receiver.got[0]
    assert (got.path, got.body) == ("/a?b=c", "{“é”}".encode())
    assert got.headers == {
        "Host": f"127.0.0.1:{receiver.port}",
        "Accept-Encoding": "identity",
        "Content-Length": "10",
        "webhook-id": "7",
    }


def test_a_host_that_nobody_allows_is_not_even_connected_to(receiver: Receiver) -> None:
    for address in (receiver.address(), f"https://{HOST}:{receiver.port}/", f"https://localhost:{receiver.port}/"):
        assert post(address, b"{}", {}, allowed=["other.lan"]).status is None
    assert receiver.got == []


@pytest.mark.parametrize("status", [301, 302, 307, 308, 404, 500])
def test_a_redirect_is_an_answer_like_any_other_and_not_followed(receiver: Receiver, status: int) -> None:
    receiver.answers = [status]

    answer = send(receiver)

    assert (answer.status, answer.is_well, len(receiver.got)) == (status, False, 1)


def test_of_a_long_answer_only_the_beginning_is_read(receiver: Receiver) -> None:
    receiver.answers = [b"HTTP/1.1 200 OK\r\n\r\n" + b"x\0" * 5_000_000]

    assert send(receiver) == Answer(200, text="x" * 300)


def test_an_answer_that_breaks_off_was_an_answer(receiver: Receiver) -> None:
    receiver.answers = [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense"]

    assert send(receiver).is_well


@pytest.mark.parametrize(
    "said", [b"\x15\x03\x01", b"SSH-2.0-OpenSSH\r\n", b"", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 101]
)
def test_what_is_not_http_is_no_answer(receiver: Receiver, said: bytes) -> None:
    receiver.answers = [said]

    answer = send(receiver)

    assert (answer.status, answer.text) == (None, "")
    assert answer.reason != ""


def test_nobody_is_waited_for_for_long(receiver: Receiver, hurry: None) -> None:
    receiver.gate.clear()

    assert send(receiver) == Answer(None, reason=LATE)


@pytest.mark.parametrize("begin", [b"", b"HTTP/1.1 200 OK\r\n"])
def test_who_says_a_letter_now_and_then_is_hung_up_on(hurry: None, begin: bytes) -> None:
    """Each letter comes in time, the answer never does."""
    over = threading.Event()
    with socket.create_server((HOST, 0)) as server:

        def drip() -> None:
            line, _ = server.accept()
            with line:
                line.sendall(begin or b"HTTP")
                while not over.wait(0.05):
                    try:
                        line.sendall(b"X")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        answer = post(f"http://{HOST}:{server.getsockname()[1]}/", b"{}", {}, allowed=[HOST])
        over.set()
        thread.join()

    assert answer == Answer(None, reason=LATE)


def test_a_port_where_nobody_is() -> None:
    with socket.create_server((HOST, 0)) as server:
        port = server.getsockname()[1]

    answer = post(f"http://{HOST}:{port}/", b"{}", {}, allowed=[HOST])

    assert answer == Answer(None, reason="The connection failed: Connection refused.")


def test_a_name_that_means_something_else_the_second_time_gains_nothing(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First a public number, then this machine: what was looked at is what is connected to."""
    reached: list[tuple[str, int]] = []

    def create_connection(where: tuple[str, int], timeout: float) -> socket.socket:
        reached.append(where)
        raise ConnectionRefusedError(111, "Connection refused")

    asked = meaning(monkeypatch, {"rebound.example": [["93.184.216.34"], [HOST]]})
    monkeypatch.setattr(socket, "create_connection", create_connection)

    answer = post(f"https://rebound.example:{receiver.port}/", b"{}", {}, allowed=[])

    assert (answer.status, receiver.got) == (None, [])
    assert (asked, reached) == (["rebound.example"], [("93.184.216.34", receiver.port)])


def test_the_next_number_is_tried_where_one_does_not_answer(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    meaning(monkeypatch, {"two.lan": [["127.0.0.2", HOST]]})

    answer = post(receiver.address("two.lan"), b"{}", {}, allowed=["two.lan"])

    assert (answer, receiver.got[0].headers["Host"]) == (Answer(204), f"two.lan:{receiver.port}")


def test_over_tls_the_certificate_must_be_that_of_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    meaning(monkeypatch, {"receiver.lan": [[HOST]], "other.lan": [[HOST]]})
    names = ["receiver.lan", "other.lan"]
    with receiving(CERTIFICATE) as receiver:
        unknown = post(receiver.address("receiver.lan"), b"{}", {}, allowed=names)
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        other = post(receiver.address("other.lan"), b"{}", {}, allowed=names)
        right = post(receiver.address("receiver.lan"), b"{}", {}, allowed=names)

    assert unknown.reason == "The certificate is not good: self-signed certificate."
    assert other.reason.startswith("The certificate is not good: Hostname mismatch")
    assert (right, len(receiver.got)) == (Answer(204), 1)


def test_the_signature_is_that_of_the_standard() -> None:
    """Worked out here as https://www.standardwebhooks.com has it."""
    at, body = datetime(2026, 11, 22, 10, 0, tzinfo=UTC), b'{"event": "test"}'

    headers = headers_for(salt="abc", key="k1", at=at, body=body)

    secret = base64.b64decode(secret_of("abc").removeprefix("whsec_"))
    signed = hmac.new(secret, b"k1.1795341600." + body, hashlib.sha256).digest()
    assert len(secret) == 32
    assert headers == {
        "Content-Type": "application/json",
        "User-Agent": "Gullery",
        "Connection": "close",
        "webhook-id": "k1",
        "webhook-timestamp": "1795341600",
        "webhook-signature": "v1," + base64.b64encode(signed).decode(),
    }


def test_each_salt_has_a_secret_of_its_own() -> None:
    assert secret_of("a") == secret_of("a") != secret_of("b")
