import pytest

from annotation.actions.texts import check_text
from annotation.errors import InvalidInput


@pytest.mark.parametrize("text", ["a\0b", "\ud83d", "\udc26 after", "\ud83d\udc26"])
def test_what_no_database_can_hold_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="The text has a character that cannot be kept"):
        check_text(text)


@pytest.mark.parametrize("text", ["", "a line\nand another\t", "\x01\x7f\x85", "🐦\uffff\U0010ffff"])
def test_every_other_character_is_taken(text: str) -> None:
    check_text(text)
