"""The learning rate over a run."""

import pytest

from ml.training.schedule import share_of_rate


def test_the_rate_rises_in_a_line_and_falls_along_a_cosine_to_zero() -> None:
    rates = [share_of_rate(progress, 0.1) for progress in (0.0, 0.05, 0.1, 0.55, 1.0)]

    assert rates == pytest.approx([0.0, 0.5, 1.0, 0.5, 0.0])


def test_a_run_that_takes_longer_than_planned_stays_at_zero() -> None:
    assert share_of_rate(1.02, 0.1) == 0.0
