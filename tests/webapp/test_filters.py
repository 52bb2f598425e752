import re
from datetime import timedelta

import pytest
from django.template.loader import render_to_string
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
    assert since(timezone.now() - timedelta(seconds=59)) == "less than a minute"


@pytest.mark.parametrize(
    ("hours", "days", "words"), [(1, 1, ["Over 1 hour", "Over 1 day"]), (8, 7, ["Over 8 hours", "Over 7 days"])]
)
def test_drift_says_over_how_long_in_the_right_number(hours: int, days: int, words: list[str]) -> None:
    line = {"words": "+0.10"}
    part = {"scale": "quality", "hours": hours, "days": days, "over_hours": line, "over_days": line, "sittings": 1}

    page = render_to_string("panel/drift.html", {"parts": [part]})

    assert [text for text in re.findall(r'<th scope="row">([^<]*)</th>', page) if text.startswith("Over")] == words
