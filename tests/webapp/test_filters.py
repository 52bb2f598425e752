import pytest

from webapp.templatetags.gullery import unlocalized


@pytest.mark.parametrize(
    "number, text",
    [(12.5, "12.5"), (0.1 + 0.2, "0.3"), (7, "7"), (1_234_567, "1234567"), (9_000_000_001, "9000000001")],
)
def test_a_number_in_an_attribute_is_whole_and_without_separators(number: float, text: str) -> None:
    assert unlocalized(number) == text
