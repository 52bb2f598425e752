"""The learning rate over a run."""

import pytest

from ml.training.schedule import share_of_rate, warmup_of


def test_the_rate_rises_in_a_line_and_falls_along_a_cosine_to_zero() -> None:
    rates = [share_of_rate(progress, 0.1) for progress in (0.0, 0.05, 0.1, 0.55, 1.0)]

    assert rates == pytest.approx([0.0, 0.5, 1.0, 0.5, 0.0])


def test_a_run_of_one_step_has_the_whole_rate() -> None:
    """Its only step once had none."""
    assert share_of_rate(0.0, warmup_of(0.03, 1)) == 1.0


@pytest.mark.parametrize(("share", "steps"), [(0.03, 34), (0.05, 20), (0.1, 10), (0.05, 2305.0)])
def test_a_warm_up_of_a_step_or_more_stays_as_it_is(share: float, steps: float) -> None:
    assert warmup_of(share, steps) == share
    assert share_of_rate(0.0, warmup_of(share, steps)) == 0.0
    assert warmup_of(share, steps - 1) == (share if steps > 1000 else 0.0)


def test_a_run_that_takes_longer_than_planned_stays_at_zero() -> None:
    assert share_of_rate(1.02, 0.1) == 0.0
