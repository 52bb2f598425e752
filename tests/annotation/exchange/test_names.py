import pytest

from annotation.exchange.names import check_name, kept_aside, readable_name
from annotation.exchange.unfit import UnfitError


def test_a_very_long_name_is_cut_and_stays_its_own() -> None:
    one, other = (readable_name(f"{first}/{'x' * 2000}.png") for first in "ab")

    assert (len(one), one.endswith("x.png"), one == other) == (390, True, False)


@pytest.mark.parametrize(
    "name",
    [
        "../../2.png",
        r"..\..\w.png",
        "a/../b.png",
        "..",
        "/abs.png",
        r"\abs.png",
        r"C:\x.png",
        "c:/x.png",
        r"\\nas\x.png",
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(UnfitError, match=r"^The path is absolute or leads upwards; give the file a plain one\.$"):
        check_name(name)
    assert kept_aside(name) == ""


@pytest.mark.parametrize("name", [".x.png", "a/.x.png", r"a\.x.png", ".gitkeep", "..."])
def test_a_hidden_file_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(UnfitError, match="begins with a dot"):
        check_name(name)
    assert kept_aside(name) == ""


@pytest.mark.parametrize(
    ("name", "belongs"),
    [
        ("__MACOSX/._x.png", "__MACOSX/"),
        ("a/__MACOSX/b/._x.png", "a/__MACOSX/"),
        ("a/.b/c.png", "a/.b/"),
        (r"a\.b\c.png", "a/.b/"),
        (".git/objects/.x", ".git/"),
        ("a/._x.png", "._*"),
        ("._x.png", "._*"),
        ("a/b/.DS_Store", ".DS_Store"),
        ("Thumbs.db", "Thumbs.db"),
        ("a/thumbs.db", "thumbs.db"),
        ("desktop.ini", "desktop.ini"),
    ],
)
def test_what_a_system_keeps_for_itself_belongs_together(name: str, belongs: str) -> None:
    assert kept_aside(name) == belongs


@pytest.mark.parametrize(
    "name", ["a.png", "./a.png", "a//b.png", "a..b/c../x.png", "a: b.png", "a/macosx/b", "ü/é.png"]
)
def test_other_names_are_plain(name: str) -> None:
    check_name(name)

    assert kept_aside(name) == ""


@pytest.mark.parametrize("name", ["", ".", "./."])
def test_a_file_without_a_name_is_refused(name: str) -> None:
    with pytest.raises(UnfitError, match="has no name"):
        check_name(name)
