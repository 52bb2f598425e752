from pathlib import Path

from tests.sharing import WITH_COPIES

TESTS = Path(__file__).parent


def test_every_file_that_makes_copies_goes_where_the_libraries_are_read() -> None:
    found = [
        path for path in TESTS.rglob("test_*.py") if "\nfrom tests.copies import " in path.read_text(encoding="utf-8")
    ]

    assert {path.relative_to(TESTS.parent).as_posix() for path in found} == WITH_COPIES
