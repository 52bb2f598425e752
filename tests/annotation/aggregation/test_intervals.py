import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.aggregation.intervals import interval, shrunk_variance


def test_unanimous_votes_have_an_interval_of_some_width() -> None:
    found = interval(4.0, 0.0, 7, 4)

    assert found.high == 4.0
    assert found.low == pytest.approx(4 - 2.144787 * 0.02**0.5 / 7**0.5, abs=1e-5)


def test_the_variance_is_shrunk_towards_the_sos_curve() -> None:
    assert shrunk_variance(2.0, 0.952381, 7, 4, sos=0.1) == pytest.approx((8 * 0.4 + 6 * 0.952381) / 14, abs=1e-6)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=40))
def test_an_interval_holds_its_mean_inside_the_scale_and_is_never_empty(votes: list[int]) -> None:
    mean = float(np.mean(votes))
    variance = float(np.var(votes, ddof=1)) if len(votes) > 1 else 0.0

    found = interval(mean, variance, len(votes), 4)

    assert 0 <= found.low <= mean <= found.high <= 4
    assert found.high - found.low > 0


def test_coverage_is_close_to_nominal_for_seven_rounded_votes() -> None:
    generator = np.random.default_rng(5)
    truth = generator.uniform(0.6, 3.4, 4000)
    raw = truth[:, None] + generator.normal(0, 0.6, (4000, 7))
    votes = np.clip(np.rint(raw), 0, 4)
    expected = np.array([np.clip(np.rint(t + generator.normal(0, 0.6, 2000)), 0, 4).mean() for t in truth])

    found = [interval(float(v.mean()), float(v.var(ddof=1)), 7, 4) for v in votes]

    covered = np.mean([one.low <= mean <= one.high for one, mean in zip(found, expected, strict=True)])
    assert 0.93 <= covered <= 0.985
