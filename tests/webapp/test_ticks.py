"""Numbers beside the lines of a chart."""

import pytest

from webapp.ticks import round_counts, round_range, round_step


@pytest.mark.parametrize(
    ("most", "counts"),
    [
        (1, [0, 1]),
        (3, [0, 1, 2, 3]),
        (5, [0, 2, 4, 5]),
        (10, [0, 5, 10]),
        (31, [0, 10, 20, 31]),
        (100, [0, 25, 50, 75, 100]),
        (3591, [0, 1000, 2000, 3000, 3591]),
        (22_827, [0, 10_000, 20_000, 22_827]),
        (20_500, [0, 10_000, 20_500]),  # no two numbers on top of each other
        (45, [0, 20, 45]),  # a quarter of a step is too near
        (46, [0, 20, 40, 46]),
    ],
)
def test_counts_are_round_and_end_with_all_of_them(most: int, counts: list[int]) -> None:
    assert round_counts(most) == counts


@pytest.mark.parametrize(
    ("low", "high", "marks"),
    [
        (0.25, 0.8, [0.2, 0.4, 0.6, 0.8]),
        (-0.1, 0.2, [-0.1, 0.0, 0.1, 0.2]),
        (0.61, 0.64, [0.61, 0.62, 0.63, 0.64]),
        (0.0, 1.0, [0.0, 0.25, 0.5, 0.75, 1.0]),
        # Ends that are round, but for the last digit of a binary fraction, need no step more.
        (-1.0, -0.99, [-1.0, -0.9975, -0.995, -0.9925, -0.99]),
        (-0.56, -0.55, [-0.56, -0.5575, -0.555, -0.5525, -0.55]),
        (-1.0, -0.94, [-1.0, -0.98, -0.96, -0.94]),
    ],
)
def test_ranges_hold_both_ends_between_round_numbers(low: float, high: float, marks: list[float]) -> None:
    assert round_range(low, high) == marks


def test_steps_are_the_smallest_round_ones_that_are_large_enough() -> None:
    assert [round_step(span, 4) for span in (0.04, 1.0, 1.01, 4.1, 9.0, 30.0)] == [0.01, 0.25, 0.5, 2.0, 2.5, 10.0]
