import numpy as np
import pytest

from annotation.aggregation.again import DAY_S, again_of
from annotation.aggregation.alarms import alarms_of_repeats
from annotation.aggregation.analysis import recoveries
from annotation.aggregation.panel import Answers, Panel, no_answers


def answers(region: np.ndarray, annotator: np.ndarray, level: np.ndarray, moment: np.ndarray) -> Answers:
    nowhere = np.full(len(region), -1)
    return Answers(region, annotator, {"quality": level.astype(float)}, moment, moment, nowhere, nowhere)


def panel(worse: float, days: float = 20.0, excluded: tuple[int, ...] = ()) -> Panel:
    """Three people on 60 regions; second looks are off by `worse` levels more each day."""
    rng, count = np.random.default_rng(1), 60
    region, who = np.tile(np.arange(count), 3), np.repeat(np.arange(3), count)
    level = np.clip(np.rint(rng.uniform(0, 4, count)[region] + rng.normal(0, 0.4, 3 * count)), 0, 4)
    day = np.tile(np.linspace(0, days, count), 3)
    away = np.rint(np.abs(rng.normal(0, 0.3, 3 * count)) + worse * day)
    again = np.where(level + away <= 4, level + away, np.maximum(level - away, 0))
    out = np.isin(np.arange(3), excluded)
    nobody = no_answers(["quality"])
    return Panel(
        regions=[str(one) for one in range(count)],
        annotators=["a", "b", "c"],
        tops={"quality": 4},
        excluded=out,
        votes=answers(region, who, level, np.zeros(3 * count)),
        gold=nobody,
        expected={"quality": np.zeros(0)},
        again=answers(region, who, again, day * DAY_S),
    )


def test_second_looks_that_move_away_are_an_alarm() -> None:
    steady, worse = again_of(panel(0.0), "quality"), again_of(panel(0.09), "quality")

    assert (steady.all.pairs, [one.pairs for one in steady.each]) == (180, [60, 60, 60])
    assert steady.all.sd == pytest.approx(0.3, abs=0.15)
    assert steady.all.kappa is not None
    assert steady.all.kappa > 0.8
    assert alarms_of_repeats(steady.slope) == []
    assert alarms_of_repeats(worse.slope)[0].what == "repeats"
    assert alarms_of_repeats(worse.slope)[0].annotator is None


def test_somebody_excluded_has_no_part_in_what_is_said_of_all() -> None:
    every, without = again_of(panel(0.0), "quality"), again_of(panel(0.0, excluded=(1, 2)), "quality")

    assert (without.all, [one.pairs for one in without.each]) == (every.each[0], [60, 60, 60])
    assert without.slope.all.value is None  # of one person there is no interval over people
    assert without.slope.each[0] == every.slope.each[0]


def test_a_day_s_second_looks_say_nothing_of_weeks() -> None:
    assert again_of(panel(0.09, days=0.5), "quality").slope.all.value is None


def test_somebody_excluded_is_held_against_the_others_scores() -> None:
    every, without = recoveries(panel(0.0))["quality"], recoveries(panel(0.0, excluded=(1,)))["quality"]

    assert without.bias[1] == pytest.approx(every.bias[1] - every.bias[[0, 2]].mean(), abs=0.1)
    assert without.bias_low[1] < without.bias[1] < without.bias_high[1]
    assert without.inconsistency[1] == pytest.approx(0.46, abs=0.05)  # sd .4 about the mean of two votes of sd .4
    assert without.votes[1] == 0
