"""DATABASE_URL, taken apart. It holds a password, so no message repeats it."""

from collections.abc import Mapping
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SHAPE = "DATABASE_URL must look like postgresql://user:password@host:5432/name"
_HINT = "signs other than letters and digits in a password are written as %23."
_NUMBERS = {
    "connect_timeout",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
}
_CHOICES = {
    "sslmode": ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    "gssencmode": ("disable", "prefer", "require"),
    "channel_binding": ("disable", "prefer", "require"),
    "target_session_attrs": ("any", "read-write", "primary"),
}
_WORDS = {"sslrootcert", "sslcert", "sslkey", "sslcrl", "ssl_min_protocol_version", "application_name", "options"}
PARAMETERS = frozenset(_NUMBERS | _CHOICES.keys() | _WORDS)
"""What may follow the ?, by libpq's names. Host, user and the like have their places before it."""


def place_of(url: str) -> dict[str, object]:
    """Name, user, password, host and port as Django wants them. Raises ImproperlyConfigured."""
    parts = _split(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/") or parts.fragment:
        raise ImproperlyConfigured(f"{SHAPE}; {_HINT}")
    return {
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(_host(parts.netloc)),
        "PORT": _port(parts) or "",
    }


def parameters_of(url: str) -> Mapping[str, str]:
    """What the connection is asked for beside its place: TLS, time limits. Raises ImproperlyConfigured."""
    query = _split(url).query
    try:
        found = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=True)) if query else {}
    except ValueError:
        raise ImproperlyConfigured("DATABASE_URL: after the ? stand parameters as in ?sslmode=require.") from None
    for name, value in found.items():
        _check(name, value)
    return found


def _check(name: str, value: str) -> None:
    if name not in PARAMETERS:
        known = ", ".join(sorted(PARAMETERS))
        raise ImproperlyConfigured(f"DATABASE_URL: the parameter {name!r} is unknown; use one of {known}.")
    if name in _CHOICES and value not in _CHOICES[name]:
        options = ", ".join(_CHOICES[name])
        raise ImproperlyConfigured(f"DATABASE_URL: {name}={value!r} is unknown; use one of {options}.")
    if name in _NUMBERS and not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"DATABASE_URL: {name}={value!r} is not a whole number.")


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise ImproperlyConfigured(f"{SHAPE}; {_HINT}") from None


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise ImproperlyConfigured(f"{SHAPE}: its port is not a number from 1 to 65535; {_HINT}")
    return port


def _host(netloc: str) -> str:
    """As it was written: a socket's folder has capitals, which `hostname` would lose."""
    host = netloc.rpartition("@")[2]
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
