import math

import numpy as np
import pytest
from scipy import stats

from ml.evaluation.williams import Williams, of_ranks, of_values, williams

RNG = np.random.default_rng(5)
PEOPLE = RNG.uniform(0, 4, 100)
OLD, NEW = PEOPLE + RNG.normal(0, 1.5, 100), PEOPLE + RNG.normal(0, 0.5, 100)


@pytest.mark.parametrize(
    ("n", "r12", "r13", "r23", "t", "p"),
    [(103, 0.4, 0.5, 0.1, -0.891280, 0.374919), (100, 0.90, 0.85, 0.90, 2.570159, 0.011686)],
)
def test_known_values(n: int, r12: float, r13: float, r23: float, t: float, p: float) -> None:
    found = williams(n, r12, r13, r23)

    assert found is not None
    assert (found.t, found.p_different) == (pytest.approx(t, abs=5e-7), pytest.approx(p, abs=5e-7))
    assert found.p_better == pytest.approx(p / 2 if t > 0 else 1 - p / 2, abs=5e-7)


def test_models_of_the_same_worth_are_not_different() -> None:
    assert williams(50, 0.8, 0.8, 0.9) == williams(50, 0.8, 0.8, 1.0) == Williams(0.0, 0.5, 1.0)


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_three_regions_are_no_test(n: int) -> None:
    assert williams(n, 0.9, 0.5, 0.4) is None


@pytest.mark.parametrize("correlations", [(0.9, -0.9, -1.0), (1.1, 0.5, 0.5), (math.nan, 0.5, 0.5), (0.9, 0.1, 1.0)])
def test_correlations_that_cannot_occur_together_are_no_test(correlations: tuple[float, float, float]) -> None:
    assert williams(50, *correlations) is None


def test_a_perfect_model_is_better_than_one_that_is_not() -> None:
    found = of_values(PEOPLE, OLD, PEOPLE)

    assert found is not None
    assert found.t > 10
    assert found.p_better < 1e-6


def test_values_are_compared_by_their_correlations() -> None:
    r = np.corrcoef([PEOPLE, NEW, OLD])

    assert of_values(PEOPLE, OLD, NEW) == pytest_williams(williams(100, r[0, 1], r[0, 2], r[1, 2]))


def test_ranks_do_not_mind_a_bent_scale() -> None:
    r = stats.spearmanr(np.stack([PEOPLE, NEW, OLD], axis=1)).statistic

    assert of_ranks(PEOPLE, np.exp(OLD), NEW**3) == of_ranks(PEOPLE, OLD, NEW)
    assert of_ranks(PEOPLE, OLD, NEW) == pytest_williams(williams(100, r[0, 1], r[0, 2], r[1, 2]))


@pytest.mark.parametrize("test", [of_values, of_ranks])
@pytest.mark.parametrize("odd", [np.full(100, 2.0), np.where(np.arange(100) == 7, np.nan, OLD)])
def test_constant_and_broken_predictions_are_no_test(test: object, odd: np.ndarray) -> None:
    assert callable(test)
    assert test(PEOPLE, odd, NEW) is None
    assert test(PEOPLE, OLD, odd) is None
    assert test(odd, OLD, NEW) is None


def test_a_model_is_not_better_than_itself() -> None:
    assert of_ranks(PEOPLE, NEW, NEW) == Williams(0.0, 0.5, 1.0)


def test_nothing_to_compare_is_no_test() -> None:
    assert of_values([], [], []) is None


def pytest_williams(found: Williams | None) -> Williams:
    """With room for rounding."""
    assert found is not None
    near = [pytest.approx(number) for number in (found.t, found.p_better, found.p_different)]
    return Williams(*near)
