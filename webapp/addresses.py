"""Where a request comes from: behind a proxy, what the proxy saw."""

from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest
    from rest_framework.request import Request

HOME_BITS = 64
"""Of an IPv6 address: the rest is given out at home, to whoever wants another one."""


def address_of(request: "HttpRequest | Request") -> str:
    """The caller's address, or for IPv6 its network, as the first of our own PROXIES saw it.

    Each proxy adds at the end whom it was asked by; what stands before that was written by the caller and is not believed.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    seen = [part.strip() for part in forwarded if part.strip()]
    proxies: int = settings.PROXIES
    return _plain(seen[-proxies] if 0 < proxies <= len(seen) else request.META.get("REMOTE_ADDR", ""))


def _plain(text: str) -> str:
    """Without the port that some proxies add, which is another one each time."""
    host = text[1:].partition("]")[0] if text.startswith("[") else text
    if host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ip_address(host)
    except ValueError:
        return text
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Address(int(address) >> HOME_BITS << HOME_BITS))
