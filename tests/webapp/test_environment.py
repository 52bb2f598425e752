"""What each reader takes, what it refuses, and that it names the variable."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from webapp import environment as env

NAME = "GULLERY_OF_THIS_TEST"
READERS: dict[str, Callable[[], object]] = {
    "text": lambda: env.text(NAME, "default"),
    "boolean": lambda: env.boolean(NAME, True),
    "integer": lambda: env.integer(NAME, 7, least=2, most=9),
    "choice": lambda: env.choice(NAME, ("a", "b"), "a"),
    "names": lambda: env.names(NAME, ("x",)),
    "rate": lambda: env.rate(NAME, "20/min"),
    "hosts": lambda: env.hosts(NAME, ("localhost", "[::1]")),
    "origins": lambda: env.origins(NAME),
    "server_url": lambda: env.server_url(NAME, ("redis", "unix")),
    "time_zone": lambda: env.time_zone(NAME, "UTC"),
    "file": lambda: env.existing(NAME, what="file"),
    "directory": lambda: env.existing(NAME, what="directory"),
}


@pytest.mark.parametrize(
    "reader, value, expected",
    [
        ("text", " said ", "said"),
        ("boolean", "Yes", True),
        ("boolean", "0", False),
        ("integer", "9", 9),
        ("choice", "b", "b"),
        ("names", " a, ,b ", ["a", "b"]),
        ("rate", "5/s", "5/s"),
        ("rate", "1000/hour", "1000/hour"),
        ("hosts", "gullery.example.org,.example.org,*", ["gullery.example.org", ".example.org", "*"]),
        ("hosts", "10.0.0.7,[::1]", ["10.0.0.7", "[::1]"]),
        ("origins", "https://gullery.example.org:8443", ["https://gullery.example.org:8443"]),
        ("server_url", "redis://:pass%23word@broker:6379/0", "redis://:pass%23word@broker:6379/0"),
        ("server_url", "unix:///run/redis.sock", "unix:///run/redis.sock"),
        ("time_zone", "Europe/Berlin", "Europe/Berlin"),
        ("file", __file__, __file__),
        ("directory", str(Path(__file__).parent), str(Path(__file__).parent)),
    ],
)  # fmt: skip
def test_what_is_meant_is_taken(monkeypatch: pytest.MonkeyPatch, reader: str, value: str, expected: object) -> None:
    monkeypatch.setenv(NAME, value)

    assert READERS[reader]() == expected


def test_an_empty_variable_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    defaults = {
        "text": "default", "boolean": True, "integer": 7, "choice": "a", "names": ["x"], "rate": "20/min",
        "hosts": ["localhost", "[::1]"], "origins": [], "server_url": "", "time_zone": "UTC", "file": "", "directory": "",
    }  # fmt: skip
    monkeypatch.delenv(NAME, raising=False)
    assert {name: read() for name, read in READERS.items()} == defaults
    monkeypatch.setenv(NAME, "  ")
    assert {name: read() for name, read in READERS.items()} == defaults


@pytest.mark.parametrize(
    "reader, value, told",
    [
        ("boolean", "maybe", "='maybe' is not a yes or no; use one of 1, 0, true, false, yes, no, on, off."),
        ("integer", "few", "='few' is not a whole number."),
        ("integer", "1.5", "='1.5' is not a whole number."),
        ("integer", "1", "=1 is too small; the least is 2."),
        ("integer", "10", "=10 is too large; the most is 9."),
        ("choice", "c", "='c' is unknown; use one of a, b."),
        *[
            ("rate", wrong, f"={wrong!r} is not a rate; it looks like 20/min: a number, then s, min, hour or day.")
            for wrong in ("lots", "20", "20/month", "0/min", "-1/min", "20/min/h")
        ],
        *[
            ("hosts", wrong, f": {wrong!r} is not a host's name; leave out https://, port and path.")
            for wrong in ("https://example.org", "example.org:8000", "example.org/", "two words", "*.example.org")
        ],
        *[
            ("origins", wrong, f": {wrong!r} must look like https://gullery.example.org, without a path.")
            for wrong in ("gullery.example.org", "https://gullery.example.org/", "ftp://gullery.example.org")
        ],
        ("time_zone", "Berlin", "='Berlin' is not a time zone; it looks like Europe/Berlin or UTC."),
        ("time_zone", "../zone", "='../zone' is not a time zone; it looks like Europe/Berlin or UTC."),
        ("time_zone", "Europe", "='Europe' is not a time zone; it looks like Europe/Berlin or UTC."),
        ("file", "/no/such/file", "='/no/such/file': there is no such file."),
        ("file", "/", "='/': there is no such file."),
        ("directory", __file__, f"={__file__!r}: there is no such directory."),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, reader: str, value: str, told: str
) -> None:
    monkeypatch.setenv(NAME, value)

    with pytest.raises(ImproperlyConfigured) as refused:
        READERS[reader]()

    assert str(refused.value) == f"{NAME}{told}"


@pytest.mark.parametrize(
    "value",
    [
        "amqp://:hidden@broker:6379/0", "broker:6379", "redis:broker", "redis://:hidden@broker:port/0",
        "redis://:hid#den@broker:6379/0", "redis://:hidden@broker:6379/first", "redis://:hidden@broker:0/0",
        "redis://:hid[den@broker:6379/0",
    ],
)  # fmt: skip
def test_a_server_s_address_is_refused_without_being_repeated(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)

    with pytest.raises(ImproperlyConfigured) as refused:
        READERS["server_url"]()

    assert str(refused.value) == (
        f"{NAME} must look like redis://:password@host:6379/0 (it may begin with redis, unix);"
        " signs other than letters and digits in a password are written as %23."
    )


def test_a_secret_is_made_at_the_first_start_for_its_owner_alone_and_stays(tmp_path: Path) -> None:
    kept = tmp_path / "data" / "secret_key"

    first = env.secret(NAME, kept_in=kept, debug=False)
    second = env.secret(NAME, kept_in=kept, debug=False)

    assert (first, first, len(first)) == (second, kept.read_text(), 64)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert list(kept.parent.iterdir()) == [kept]
    assert env.secret(NAME, kept_in=tmp_path / "another", debug=False) != first


def test_programs_that_start_at_once_keep_the_same_secret(tmp_path: Path) -> None:
    """The web server's processes and the workers do, and whoever comes second must not find an empty file."""
    script = (
        "import sys; from pathlib import Path; from webapp import environment as env;"
        "print(env.secret('GULLERY_OF_THIS_TEST', kept_in=Path(sys.argv[1]), debug=False))"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "secret_key")]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    told = [process.communicate(timeout=60)[0].strip() for process in started]

    assert told == [(tmp_path / "secret_key").read_text()] * 4


def test_a_secret_that_cannot_be_kept_names_its_place_and_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "data").touch()

    with pytest.raises(ImproperlyConfigured) as refused:
        env.secret(NAME, kept_in=tmp_path / "data" / "secret_key", debug=False)

    place = tmp_path / "data" / "secret_key"
    assert str(refused.value).partition(", or read there: ")[0] == f"The secret key cannot be kept in {place}"


def test_the_folder_of_a_kept_secret_lets_the_databases_account_pass(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        env.secret(NAME, kept_in=tmp_path / "data" / "secret_key", debug=False)
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o755


def test_a_secret_that_is_set_is_the_one_and_none_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "qT3-o8Zx_w1Lr5Nm7Vb2Kc4Hy6Pd9Sf0")

    assert env.secret(NAME, kept_in=tmp_path / "secret_key", debug=False) == os.environ[NAME]
    assert list(tmp_path.iterdir()) == []


WEAK = [
    "changeme", "x" * 64, "secret" * 8, "gullery" * 6, "change-me" * 4, "ChangeMe-0123456789-abcdefghijklmnop",
    "django-insecure-0123456789abcdefghijklmnop", "replace-me-with-many-random-characters", "qT3o8Zxw1Lr5Nm7Vb2Kc4Hy6Pd9Sf0X",
]  # fmt: skip


@pytest.mark.parametrize("value", WEAK)
def test_a_short_or_well_known_secret_is_refused_but_for_debugging(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv(NAME, value)

    with pytest.raises(ImproperlyConfigured) as refused:
        env.secret(NAME, kept_in=tmp_path / "secret_key", debug=False)

    assert str(refused.value) == f"{NAME} is too short or well known; give at least 32 random characters."
    assert env.secret(NAME, kept_in=tmp_path / "secret_key", debug=True) == value


def test_a_kept_secret_that_was_spoilt_is_refused_with_its_place(tmp_path: Path) -> None:
    kept = tmp_path / "secret_key"
    kept.write_text("")

    with pytest.raises(ImproperlyConfigured) as refused:
        env.secret(NAME, kept_in=kept, debug=False)

    assert str(refused.value) == (
        f"{NAME}, which is kept in {kept}, is too short or well known; give at least 32 random characters."
    )
