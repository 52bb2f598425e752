import numpy as np
import pytest

from annotation.aggregation.estimates import Estimate, percentiles, tail_of


@pytest.mark.parametrize(
    ("drawn", "tail"),
    [
        (5, 0.000954),  # t of 4 degrees 2.77645, times sqrt(5 / 4) = 3.10416; normal below -3.10416
        (20, 0.015880),  # t of 19 degrees 2.09302, times sqrt(20 / 19) = 2.14740
        (10**7, 0.025),
    ],
)
def test_the_fewer_are_drawn_the_further_out_the_ends_lie(drawn: int, tail: float) -> None:
    assert tail_of(drawn) == pytest.approx(tail, abs=1e-6)


def test_the_ends_are_quantiles_of_the_samples() -> None:
    usual, wider = (percentiles(500.0, np.arange(1001.0), 20, tail) for tail in (0.025, 0.01))

    assert usual == Estimate(500.0, 25.0, 975.0)
    assert wider == Estimate(500.0, 10.0, 990.0)


def test_four_photographs_leave_the_value_alone() -> None:
    assert percentiles(2.0, np.arange(5.0), drawn=4) == Estimate(2.0)
    assert percentiles(2.0, np.arange(5.0), drawn=5).low is not None


def test_samples_that_mostly_cannot_tell_leave_the_value_alone() -> None:
    assert percentiles(2.0, np.array([1.0, np.nan, np.nan]), drawn=20) == Estimate(2.0)
