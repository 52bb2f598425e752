from collections import Counter

import numpy as np
import pytest

from ml.evaluation.correlation import srocc
from ml.evaluation.resampling import differences, of_f1, of_means, of_order
from ml.evaluation.sets import f1_of_each

RNG = np.random.default_rng(3)
PEOPLE, OLD, NEW = RNG.integers(0, 5, 30).astype(float), RNG.normal(size=30).round(1), RNG.normal(size=30)
TIMES = RNG.integers(0, 4, size=(50, 30)).astype(float)
ROWS = [np.repeat(np.arange(30), row.astype(int)) for row in TIMES]


def test_correlations_of_draws_are_those_of_the_rows_themselves() -> None:
    expected = [srocc(PEOPLE[rows], NEW[rows]) - srocc(PEOPLE[rows], OLD[rows]) for rows in ROWS]

    assert of_order(PEOPLE, OLD, NEW)(TIMES) == pytest.approx(expected, abs=1e-12)


def test_a_side_that_tells_nothing_apart_correlates_with_nothing() -> None:
    expected = [-srocc(PEOPLE[rows], OLD[rows]) for rows in ROWS]

    for odd in (np.full(30, 2.0), np.where(np.arange(30) == 3, np.nan, NEW)):
        assert of_order(PEOPLE, OLD, odd)(TIMES) == pytest.approx(expected, abs=1e-12)


def test_a_draw_of_a_single_region_has_no_order() -> None:
    assert of_order(PEOPLE, OLD, NEW)(np.eye(30)[:2] * 5).tolist() == [0.0, 0.0]


def test_means_and_f1_of_draws_are_those_of_the_rows_themselves() -> None:
    people, old, new = (side > 0.5 for side in (PEOPLE, OLD, NEW))

    assert of_means(OLD, NEW)(TIMES) == pytest.approx([(NEW - OLD)[rows].mean() for rows in ROWS])
    expected = [f1(people[rows], new[rows]) - f1(people[rows], old[rows]) for rows in ROWS]
    assert of_f1(people, old, new)(TIMES) == pytest.approx(expected)


def f1(people: np.ndarray, said: np.ndarray) -> float:
    sets = [[frozenset({"blur"} if one else set()) for one in side] for side in (people, said)]
    return f1_of_each(*sets, ["blur"])["blur"] or 0.0


def test_a_label_that_does_not_occur_in_a_draw_has_no_f1() -> None:
    nothing = np.zeros(30, dtype=bool)

    assert np.isnan(of_f1(nothing, nothing, nothing)(TIMES)).all()


def test_the_same_model_never_differs_from_itself() -> None:
    assert of_order(PEOPLE, OLD, OLD.copy())(TIMES).tolist() == [0.0] * 50


def test_whole_photographs_are_drawn_and_each_about_as_often() -> None:
    clusters = [str(number // 3) for number in range(30)]
    seen: list[np.ndarray] = []

    def watch(times: np.ndarray) -> np.ndarray:
        seen.append(times)
        return times[:, 0]

    found = differences({"watch": watch}, clusters, rounds=3000, seed=1)["watch"]
    times = np.concatenate(seen)

    assert times.shape == (3000, 30)
    assert found.tolist() == times[:, 0].tolist()
    assert (times.reshape(3000, 10, 3) == times.reshape(3000, 10, 3)[:, :, :1]).all()
    assert Counter(times.sum(axis=1).tolist()) == {30.0: 3000}
    assert times.mean(axis=0) == pytest.approx(np.ones(30), abs=0.06)
    assert times.var(axis=0) == pytest.approx(np.full(30, 0.9), abs=0.1)


def test_many_regions_are_drawn_in_blocks_with_the_same_result() -> None:
    clusters = [str(number) for number in range(30)]
    measures = {"means": of_means(OLD, NEW)}

    few, many = (differences(measures, clusters, rounds=rounds, seed=2)["means"] for rounds in (100, 20_000))
    others = differences(measures, clusters, rounds=100, seed=3)["means"]

    assert few.tolist() == many[:100].tolist()
    assert few.tolist() != others.tolist()
