import numpy as np
import pytest

from annotation.aggregation.alarms import Alarm, alarms_of
from annotation.aggregation.checks import Repeats
from annotation.aggregation.drift import (
    Course,
    between_sittings,
    hours_of_own_days,
    over_days,
    over_the_day,
    repeats_over_time,
    residuals,
    typical_length,
    within_sittings,
)
from annotation.aggregation.recovery import project
from tests.annotation.aggregation.panels import V, by_region

PEOPLE, SITTINGS, LENGTH = 12, 8, 60


def course(seed: int, **effects: float) -> Course:
    """12 people with 8 sittings of 60 votes on as many days, in the morning and the evening by turns."""
    rng = np.random.default_rng(seed)
    place = np.arange(PEOPLE * SITTINGS * LENGTH)
    annotator, day, position = place // (SITTINGS * LENGTH), place // LENGTH % SITTINGS, place % LENGTH
    sitting = place // LENGTH
    hour = np.where(day % 2 == 0, 9.0, 19.0) + position / 60
    moods = rng.normal(0, effects.get("moods", 0.0), PEOPLE * SITTINGS)
    residual = rng.normal(0, 0.6, len(place)) + effects.get("position", 0.0) * position
    residual += effects.get("day", 0.0) * day + moods[sitting]
    residual[annotator == 3] += effects.get("third", 0.0) * position[annotator == 3]
    return Course(annotator, sitting, residual, position.astype(float), hour, day.astype(float), PEOPLE)


def test_a_slope_within_sittings_is_found() -> None:
    found = within_sittings(course(1, position=0.004))

    assert found.all.low < 0.004 < found.all.high
    assert found.all.low > 0
    assert sum(one.low < 0.004 < one.high for one in found.each) >= 10


def test_the_alarm_says_what_how_much_and_who() -> None:
    assert alarms_of(course(2)) == []
    (everybody, *others) = alarms_of(course(1, position=0.004))
    assert (everybody.what, everybody.threshold, everybody.annotator) == ("fatigue", 0.1, None)
    assert everybody.value == pytest.approx(0.24, abs=0.08)
    assert {alarm.what for alarm in others} <= {"fatigue"}


def test_one_persons_fatigue_is_theirs() -> None:
    found = alarms_of(course(2, third=0.01))

    assert [(alarm.what, alarm.annotator) for alarm in found] == [("fatigue", 3)]


def test_days_drift() -> None:
    found = over_days(course(3, day=0.06))

    assert found.all.value == pytest.approx(0.06, abs=0.015)
    assert found.all.low > 0
    assert any(alarm.what == "days" and alarm.annotator is None for alarm in alarms_of(course(3, day=0.06)))


def test_sittings_differ() -> None:
    moody, steady = course(4, moods=0.5), course(4)

    assert between_sittings(moody).sd == pytest.approx(0.5, abs=0.1)
    assert between_sittings(steady).sd < 0.1
    assert between_sittings(moody).chance < 1e-6 < between_sittings(steady).chance
    assert between_sittings(moody, 2).sittings == SITTINGS
    found = alarms_of(moody)
    assert any(alarm == Alarm("sittings", between_sittings(moody).sd, 0.3, None) for alarm in found)


@pytest.mark.parametrize(("people", "sittings"), [(24, 2), (24, 3), (1, 8)])
def test_what_sittings_differ_by_does_not_depend_on_how_many_a_person_has(people: int, sittings: int) -> None:
    """Means are taken away from each person: of two sittings each, half of the difference is gone with them."""
    rng = np.random.default_rng(5)
    found = []
    for _ in range(60):
        sitting = np.repeat(np.arange(people * sittings), 40)
        residual = rng.normal(0, 0.4, people * sittings)[sitting] + rng.normal(0, 0.6, len(sitting))
        nought = np.zeros(len(sitting))
        sd = between_sittings(Course(sitting // sittings, sitting, residual, nought, nought, nought, people)).sd
        found.append(sd or 0.0)

    assert np.mean(np.square(found)) == pytest.approx(0.16, rel=0.12)


def test_a_working_day_is_one_piece_wherever_it_was_worked() -> None:
    local = np.tile(np.arange(9, 17, 0.5), 3)
    who = np.repeat([0, 1, 2], len(local))
    moment = np.concatenate([local, local + 14, local - 10]) * 3600 + 1.7e9 // 86_400 * 86_400

    hours = hours_of_own_days(moment, who)

    assert np.allclose(hours, np.tile(local - 9, 3))
    assert hours_of_own_days(np.array([5.0]), np.array([0])).tolist() == [0.0]


def test_false_alarms_are_rare() -> None:
    assert sum(len(alarms_of(course(seed))) for seed in range(10, 30)) <= 4


def test_repeats_get_worse_over_days() -> None:
    rng = np.random.default_rng(0)
    day = np.repeat(np.arange(10.0), 12)
    who = np.tile(np.arange(3), 40)
    repeats = Repeats(who, np.full(120, 2.0), 2.0 + rng.normal(0, 0.2 + 0.2 * day))

    assert repeats_over_time(repeats, day, 3).all.value > 0.1


def test_too_little_says_nothing() -> None:
    few = Course(*(np.zeros(5, int),) * 2, np.zeros(5), *(np.arange(5.0),) * 3, 1)
    none = Course(*(np.zeros(0, int),) * 2, *(np.zeros(0),) * 4, 2)

    for one in (few, none):
        assert alarms_of(one) == []
        assert over_the_day(one).all.value is None
        assert between_sittings(one).sd is None
    assert typical_length(none) == 0.0
    assert typical_length(course(1)) == 60


def test_residuals_are_what_score_and_bias_leave() -> None:
    votes = by_region(V)
    recovered = project(votes)

    found = residuals(votes, recovered)

    again = found + recovered.score[votes.region] + recovered.bias[votes.annotator]
    assert again == pytest.approx(votes.level)
