from ipaddress import ip_address

import pytest

from annotation.exchange.hooks.places import Place, PlaceError, found_at, is_public, place_of
from tests.annotation.exchange.hooks.names import meaning

NOT_PUBLIC = [
    "127.0.0.1", "127.9.9.9", "10.1.1.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
    "240.0.0.1", "0.0.0.0", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0",
    "fc00::1", "fd12::1", "ff02::1", "fec0::1", "2001:db8::1", "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
    "64:ff9b::a00:1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:a00:1::", "2002:7f00:1::", "2001:0:53aa:64c::",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::"]


@pytest.mark.parametrize("number", NOT_PUBLIC)
def test_numbers_that_lead_inside(number: str) -> None:
    assert not is_public(ip_address(number))


@pytest.mark.parametrize("number", PUBLIC)
def test_numbers_that_lead_outside(number: str) -> None:
    assert is_public(ip_address(number))


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://hooks.example.org", Place("hooks.example.org", 443, "/", True, False)),
        ("https://Hooks.Example.org:8443/a?b=c", Place("hooks.example.org", 8443, "/a?b=c", True, False)),
        ("https://[2606:4700::1111]/x", Place("2606:4700::1111", 443, "/x", True, False)),
        ("http://inside.lan/x", Place("inside.lan", 80, "/x", False, True)),
        ("https://10.0.0.7:9000/", Place("10.0.0.7", 9000, "/", True, True)),
    ],
)
def test_what_an_address_says(address: str, place: Place) -> None:
    assert place_of(address, ["inside.lan", "10.0.0.7"]) == place


@pytest.mark.parametrize(
    "address",
    [
        "", "hooks.example.org", "ftp://hooks.example.org", "file:///etc/passwd", "https://", "https:///x", "gopher://a/",
        "http://hooks.example.org", "https://ada:secret@hooks.example.org", "https://@a.example", "https://a.example/#x",
        "https://a.example:99999/", "https://a.example:x/", "https://bücher.example/", "https://a b.example/",
        "https://a.example/\r\nX: y", "https://[::1", "https://a'b.example/", "https://127.0.0.1/", "https://10.0.0.8/",
        "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://[fe80::1%25eth0]/", "https://a.example/" + "x" * 500,
    ],
)  # fmt: skip
def test_what_is_refused_before_anybody_is_asked(address: str) -> None:
    with pytest.raises(PlaceError):
        place_of(address, ["inside.lan", "10.0.0.7"])


def test_a_name_is_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = meaning(monkeypatch, {"hooks.example.org": [["93.184.216.34", "2606:4700::1111"]]})

    assert found_at(place_of("https://hooks.example.org", [])) == ["93.184.216.34", "2606:4700::1111"]
    assert asked == ["hooks.example.org"]


@pytest.mark.parametrize("inside", ["127.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "fe80::1"])
def test_one_number_inside_among_others_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch, inside: str) -> None:
    meaning(monkeypatch, {"hooks.example.org": [["93.184.216.34", inside]]})

    with pytest.raises(PlaceError, match=r"hooks\.example\.org is not at a public address"):
        found_at(place_of("https://hooks.example.org", []))


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "localhost", "localhost."])
def test_other_ways_to_write_this_machine(host: str) -> None:
    with pytest.raises(PlaceError):
        found_at(place_of(f"https://{host}/", []))


def test_a_host_the_operator_allows_may_be_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    meaning(monkeypatch, {"inside.lan": [["10.0.0.7"]]})

    assert found_at(place_of("http://inside.lan/x", ["inside.lan"])) == ["10.0.0.7"]


def test_a_name_that_nobody_has(monkeypatch: pytest.MonkeyPatch) -> None:
    meaning(monkeypatch, {})

    with pytest.raises(PlaceError, match=r"No host hooks\.example\.org was found"):
        found_at(place_of("https://hooks.example.org", []))
