"""The course of a panel's votes: what is known of their times, and what is not."""

from dataclasses import replace

import numpy as np
import pytest

from annotation.aggregation.analysis import course_of, recoveries
from annotation.aggregation.drift import over_days, over_the_day
from annotation.aggregation.panel import Panel
from tests.annotation.aggregation.test_again import panel


def timed(unknown: slice) -> Panel:
    """Three people who vote for 20 days at all hours of their days; nobody wrote down when some of them."""
    made = panel(0.0)
    moment = made.again.moment + np.tile(np.arange(60), 3) % 8 * 3600
    moment[unknown] = np.nan
    sitting = np.arange(180) // 20
    return replace(made, votes=replace(made.votes, moment=moment, sitting=sitting, position=np.arange(180) % 20))


def test_votes_without_a_time_say_nothing_of_hours_and_days() -> None:
    whole, part = timed(slice(0, 0)), timed(slice(0, 180, 50))

    courses = [course_of(one, "quality", recoveries(one)["quality"]) for one in (whole, part)]

    assert [(course.day.max(), np.ptp(course.hour) <= 24) for course in courses] == [(20.0, True)] * 2
    for along in (over_days, over_the_day):
        known, guessed = (along(course).all for course in courses)
        assert guessed.value == pytest.approx(known.value, abs=0.02)
        assert guessed.high - guessed.low < 2 * (known.high - known.low)


def test_a_person_without_any_time_has_no_course() -> None:
    made = timed(slice(0, 60))
    course = course_of(made, "quality", recoveries(made)["quality"])

    assert over_days(course).each[0].value is None
    assert over_days(course).each[1].value is not None
