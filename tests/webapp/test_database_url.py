import pytest
from django.core.exceptions import ImproperlyConfigured

from webapp.database_url import parameters_of, place_of

SHAPE = "DATABASE_URL must look like postgresql://user:password@host:5432/name"
HINT = "signs other than letters and digits in a password are written as %23."


@pytest.mark.parametrize(
    "url, expected",
    [
        ("postgresql://ada:secret@host:5433/birds", ("birds", "ada", "secret", "host", 5433)),
        ("postgres://ada@host/birds", ("birds", "ada", "", "host", "")),
        ("postgresql://a%40b:p%23a%2Fs%25%3As@host/my%20birds", ("my birds", "a@b", "p#a/s%:s", "host", "")),
        ("postgresql://ada:p@ss@host/birds", ("birds", "ada", "p@ss", "host", "")),
        ("postgresql://ada:secret@[::1]:5433/birds", ("birds", "ada", "secret", "::1", 5433)),
        ("postgresql://ada@%2FVar%2FRun/birds", ("birds", "ada", "", "/Var/Run", "")),
        ("postgresql:///birds?sslmode=disable", ("birds", "", "", "", "")),
    ],
)
def test_an_address_is_taken_apart(url: str, expected: tuple[object, ...]) -> None:
    place = place_of(url)

    assert tuple(place[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")) == expected


@pytest.mark.parametrize(
    "url, told",
    [
        ("mysql://ada:hidden@host/birds", f"{SHAPE}; {HINT}"),
        ("postgresql://ada:hidden@host", f"{SHAPE}; {HINT}"),
        ("postgresql://ada:hid[den@host/birds", f"{SHAPE}; {HINT}"),
        ("postgresql://ada:hidden@host/birds#x", f"{SHAPE}; {HINT}"),
        *[
            (url, f"{SHAPE}: its port is not a number from 1 to 65535; {HINT}")
            for url in (
                "postgresql://ada:hidden@host:abc/birds",
                "postgresql://ada:hidden@host:70000/birds",
                "postgresql://ada:hidden@host:0/birds",
                "postgresql://ada:hid/den@host/birds",
            )
        ],
    ],
)
def test_an_address_that_cannot_be_meant_is_refused_without_being_repeated(url: str, told: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        place_of(url)

    assert str(refused.value) == told


def test_parameters_of_the_connection_are_kept() -> None:
    url = "postgresql://ada:x@host/birds?sslmode=verify-full&sslrootcert=%2Fetc%2Four%20ca.pem&connect_timeout=5"

    assert parameters_of(url) == {"sslmode": "verify-full", "sslrootcert": "/etc/our ca.pem", "connect_timeout": "5"}
    assert parameters_of("postgresql://ada:x@host/birds") == {}


@pytest.mark.parametrize(
    "query, told",
    [
        ("sslmod=require", "the parameter 'sslmod' is unknown; use one of application_name, channel_binding,"),
        ("password=hidden", "the parameter 'password' is unknown; use one of application_name, channel_binding,"),
        (
            "sslmode=yes",
            "sslmode='yes' is unknown; use one of disable, allow, prefer, require, verify-ca, verify-full.",
        ),
        ("connect_timeout=soon", "connect_timeout='soon' is not a whole number."),
        ("sslmode", "after the ? stand parameters as in ?sslmode=require."),
    ],
)
def test_an_unknown_parameter_is_refused_by_name(query: str, told: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        parameters_of(f"postgresql://ada:x@host/birds?{query}")

    assert str(refused.value).startswith(f"DATABASE_URL: {told}")
