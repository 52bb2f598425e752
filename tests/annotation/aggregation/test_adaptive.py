import numpy as np
import pytest

from annotation.aggregation.adaptive import CAP, SETTLED, Asking, wanted, wish_of
from annotation.aggregation.forecasts import forecast
from annotation.aggregation.intervals import interval
from annotation.aggregation.widths import half_widths
from annotation.scales import DISTORTIONS, SCALES

CLEAR = {scale: [0, 0, 0, 0, 0, 7] if scale in DISTORTIONS else [0, 0, 6, 1, 0] for scale in SCALES}


def test_below_the_floor_the_rest_is_asked_for() -> None:
    histograms = {scale: [0, 0, 3, 0, 0] + ([0] if scale in DISTORTIONS else []) for scale in SCALES}

    wish = wish_of(histograms)

    assert ([str(reason) for reason in wish.reasons], wish.seats, wish.stop) == (["floor"], 4, "")


def test_clear_votes_are_enough() -> None:
    wish = wish_of(CLEAR)

    assert (wish.reasons, wish.seats, wish.stop) == ((), 0, SETTLED)


@pytest.mark.parametrize(
    ("scale", "histogram", "reason"),
    [
        ("blur", [0, 0, 0, 3, 0, 4], "unsure blur"),
        ("blur", [0, 0, 0, 4, 0, 3], "unsure blur"),
        ("noise", [5, 0, 0, 2, 0, 0], "camps noise"),
        ("quality", [1, 2, 1, 2, 1], "wide quality"),
        ("importance", [1, 2, 1, 2, 1], "wide importance"),
    ],
)
def test_each_rule_asks_for_two(scale: str, histogram: list[int], reason: str) -> None:
    wish = wish_of({**CLEAR, scale: histogram})

    assert (wish.seats, wish.stop) == (2, "")
    assert [str(one) for one in wish.reasons] == [reason]


def test_five_of_seven_is_sure_enough() -> None:
    assert wish_of({**CLEAR, "blur": [0, 0, 0, 2, 0, 5]}).seats == 0


def test_the_cap_ends_it_and_says_why() -> None:
    fifteen = {scale: [0, 0, 0, 0, 0, 15] if scale in DISTORTIONS else [0, 0, 13, 2, 0] for scale in SCALES}

    wish = wish_of({**fifteen, "blur": [0, 0, 0, 7, 0, 8]})

    assert ([str(one) for one in wish.reasons], wish.seats, wish.stop) == (["unsure blur"], 0, CAP)
    assert wish_of({**fifteen, "blur": [0, 0, 0, 7, 0, 8]}, Asking(cap=16)).seats == 1


def test_more_doubt_gains_more() -> None:
    assert wish_of({**CLEAR, "quality": [1, 2, 1, 2, 1]}).gain > wish_of(CLEAR).gain


def test_many_regions_at_once_are_the_same() -> None:
    rng = np.random.default_rng(0)
    counts = {
        scale: rng.multinomial(votes, [0.3, 0.2, 0.1, 0.1, 0.1, 0.2][: 6 if scale in DISTORTIONS else 5] + [0] * 0)
        if scale in DISTORTIONS
        else rng.multinomial(votes, [0.1, 0.2, 0.4, 0.2, 0.1])
        for votes in [np.arange(4, 18)]
        for scale in SCALES
    }

    one_by_one = [wish_of({scale: counts[scale][row].tolist() for scale in SCALES}).seats for row in range(14)]

    assert wanted(counts, Asking()).tolist() == one_by_one


def test_widths_are_the_intervals_before_clipping() -> None:
    votes = [0, 1, 3, 2, 1]
    levels = np.repeat(np.arange(5), votes)
    found = interval(float(levels.mean()), float(levels.var(ddof=1)), 7, 4)

    assert half_widths(np.array([votes]))[0] == pytest.approx(found.half_width)
    assert np.isinf(half_widths(np.array([[0] * 5]))[0])


def test_the_forecast_is_between_floor_and_cap() -> None:
    counts = {scale: np.zeros((50, 6 if scale in DISTORTIONS else 5), int) for scale in SCALES}
    done = {scale: np.tile(CLEAR[scale], (50, 1)) for scale in SCALES}

    fresh, finished = forecast(counts, Asking()), forecast(done, Asking())

    assert 7 * 50 <= fresh.low <= fresh.votes <= fresh.high <= 15 * 50
    assert (finished.votes, finished.at_cap) == (0, 0)
    assert forecast(counts, Asking()) == fresh
