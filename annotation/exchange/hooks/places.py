"""Where a webhook may lead: over https to anywhere public; elsewhere, and over http, only to hosts the operator allows."""

import re
import socket
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

LONGEST = 500
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""Addresses of version 4 as a translator into it writes them."""
_NAME = re.compile(r"[a-z0-9_.-]{1,253}")
_PORTS = {"http": 80, "https": 443}


class PlaceError(Exception):
    """Nothing may be sent there; the message says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """`path` is with the query. `allowed`: the operator has named the host."""

    host: str
    port: int
    path: str
    secure: bool
    allowed: bool


def place_of(address: str, allowed: Collection[str]) -> Place:
    """Without asking for the name. Raises PlaceError for what is no address or can never be sent to."""
    parts = _split(address)
    host = (parts.hostname or "").lower()
    if parts.scheme not in _PORTS or not host:
        raise PlaceError("The address must begin with https:// and name a host.")
    if parts.username is not None or parts.fragment:
        raise PlaceError("The address must be without user name, password and #.")
    known = host in allowed
    if parts.scheme == "http" and not known:
        raise PlaceError(
            f"The address must begin with https://; http is for hosts that the operator allows, not {host}."
        )
    if (ip := _literal(host)) is None and not _NAME.fullmatch(host):
        raise PlaceError(
            "The host must be written in letters, digits, dots and dashes; other names in their xn-- form."
        )
    if ip is not None and not known and not is_public(ip):
        raise private(host)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(host, parts.port or _PORTS[parts.scheme], path, parts.scheme == "https", known)


def found_at(place: Place) -> list[str]:
    """The numbers that the host's name means now; the name is asked for this once. Raises PlaceError, also when only one of
    them is private: who answers so wants to lead elsewhere.
    """
    try:
        said = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise PlaceError(f"No host {place.host} was found.") from error
    numbers = list(dict.fromkeys(str(one[4][0]) for one in said))
    if not place.allowed and not all(is_public(ip_address(number)) for number in numbers):
        raise private(place.host)
    return numbers


def private(host: str) -> PlaceError:
    return PlaceError(f"{host} is not at a public address, and the operator does not allow it.")


def is_public(ip: IPv4Address | IPv6Address) -> bool:
    """Neither loopback, private, link-local, shared, multicast, reserved nor unspecified, also wrapped in another."""
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and ip in _TRANSLATED:
            inner = IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if ip.teredo is not None or ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _split(address: str) -> SplitResult:
    if len(address) > LONGEST or not address.isascii() or not address.isprintable() or " " in address:
        raise PlaceError(f"The address must be at most {LONGEST} letters and signs of ASCII, without blanks.")
    try:
        parts = urlsplit(address)
        _ = parts.port  # reads it
    except ValueError as error:
        raise PlaceError("The address must begin with https:// and name a host.") from error
    return parts


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
