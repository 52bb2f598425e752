import re

import pytest
from django.conf import settings
from django.test import RequestFactory, override_settings

from webapp.addresses import address_of


@pytest.mark.parametrize(
    "proxies, forwarded, expected",
    [
        (0, "1.1.1.1", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, " , ", "127.0.0.1"),
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (1, "1.1.1.1, 6.6.6.6:4711", "6.6.6.6"),
        (1, '"quoted"', '"quoted"'),
        (2, "6.6.6.6, 1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (2, "1.1.1.1", "127.0.0.1"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (1, "[2001:db8:1:2:ffff::1]:443", "2001:db8:1:2::"),
        (1, "::ffff:1.1.1.1", "1.1.1.1"),
    ],
)
def test_only_our_own_proxies_are_believed(rf: RequestFactory, proxies: int, forwarded: str, expected: str) -> None:
    with override_settings(PROXIES=proxies):
        assert address_of(rf.get("/", headers={"X-Forwarded-For": forwarded})) == expected


def test_nobody_else_reads_an_address() -> None:
    """Or a limit would be everybody's behind a proxy, or nobody's for who writes headers."""
    reads = re.compile("REMOTE_ADDR|X_FORWARDED_FOR|REMOTE_HOST|get_ident|NUM_PROXIES")
    files = [path for part in ("annotation", "webapp") for path in (settings.BASE_DIR / part).rglob("*.py")]

    assert [path.name for path in files if reads.search(path.read_text())] == ["addresses.py"]
