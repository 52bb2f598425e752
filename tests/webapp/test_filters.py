from datetime import timedelta

import pytest
from django.utils import timezone

from webapp.templatetags.gullery import since, unlocalized


@pytest.mark.parametrize(
    "number, text",
    [(12.5, "12.5"), (0.1 + 0.2, "0.3"), (7, "7"), (1_234_567, "1234567"), (9_000_000_001, "9000000001")],
)
def test_a_number_in_an_attribute_is_whole_and_without_separators(number: float, text: str) -> None:
    assert unlocalized(number) == text


def test_how_long_ago_is_said_in_one_unit() -> None:
    assert since(timezone.now() - timedelta(hours=1, minutes=11)) == "1\xa0hour"
