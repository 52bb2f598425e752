import numpy as np
import pytest
from scipy import stats

from ml.evaluation.bootstrap import Rows, estimate

VALUES = np.random.default_rng(5).normal(2.0, 1.0, size=300)


def mean(rows: Rows) -> float:
    return float(VALUES[rows].mean())


def test_of_independent_regions_the_interval_is_scipys() -> None:
    expected = stats.bootstrap((VALUES,), np.mean, n_resamples=4000, method="percentile", rng=1).confidence_interval

    found = estimate(mean, [str(row) for row in range(300)], rounds=4000)

    assert found.value == VALUES.mean()
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=0.01)


def test_regions_of_one_photograph_count_as_one() -> None:
    """Each photograph's regions all say the same: 30 photographs know less than 300."""
    alike = np.repeat(VALUES[:30], 10)
    photographs = [f"photograph {row // 10}" for row in range(300)]

    naive = estimate(lambda rows: float(alike[rows].mean()), [str(row) for row in range(300)])
    clustered = estimate(lambda rows: float(alike[rows].mean()), photographs)

    expected = 2 * 1.96 * VALUES[:30].std() / np.sqrt(30)
    assert clustered.high - clustered.low == pytest.approx(expected, rel=0.15)
    assert clustered.high - clustered.low > 2.5 * (naive.high - naive.low)


def test_whole_photographs_are_drawn() -> None:
    drawn: list[int] = []

    estimate(lambda rows: float(drawn.append(len(rows)) or 0), ["a", "a", "a", "b"], rounds=50)

    assert {*drawn} == {2, 4, 6}


def test_a_seed_gives_the_same_interval_again() -> None:
    clusters = [str(row % 40) for row in range(300)]

    assert estimate(mean, clusters, seed=3) == estimate(mean, clusters, seed=3)
    assert estimate(mean, clusters, seed=3) != estimate(mean, clusters, seed=4)


def test_a_single_photograph_has_an_interval_of_one_point() -> None:
    found = estimate(mean, ["only"] * 300)

    assert (found.low, found.high) == pytest.approx((found.value, found.value))
