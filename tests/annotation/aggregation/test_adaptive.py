import numpy as np
import pytest

from annotation.aggregation.adaptive import CAP, SETTLED, Asking, wanted, wish_of
from annotation.aggregation.forecasts import forecast
from annotation.aggregation.gsd import votes_of_sos
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


def test_what_nobody_sees_has_nothing_to_gain() -> None:
    """Quality and importance: mean 15/7, variance (8 * .0907 * 15/7 * 13/7 + 6/7) / 14, t of 14 degrees 2.1448, so
    (2.1448 / 2)^2 * .26748 / 7 / 8 = .005493 each; six distortions that nobody sees add nothing.
    """
    assert wish_of(CLEAR).gain == pytest.approx(0.010986, abs=2e-6)


def test_a_severity_counts_as_far_as_the_distortion_is_likely_to_be_there() -> None:
    """One of seven sees blur: it is there with 9/256, and (2.306 / 2)^2 * .0907 * 4 * 9/256 / 8 = .002120."""
    seen = wish_of({**CLEAR, "blur": [0, 0, 1, 0, 0, 6]})

    assert seen.gain - wish_of(CLEAR).gain == pytest.approx(0.00212, abs=1e-6)


def test_a_region_that_lacks_the_other_distortions_does_not_come_before_one_whose_scores_are_wide() -> None:
    seen = {scale: [0, 0, 7, 0, 0, 0] if scale in DISTORTIONS else [2, 1, 1, 1, 2] for scale in SCALES}

    assert wish_of(seen).gain > wish_of({**CLEAR, "blur": [0, 0, 0, 4, 0, 3]}).gain


def test_many_regions_at_once_are_the_same() -> None:
    rng = np.random.default_rng(0)
    counts = {
        scale: rng.multinomial(np.arange(4, 18), [0.1, 0.1, 0.1, 0.1, 0.6] + [0.0] * (scale in DISTORTIONS))
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


def opinions(rng: np.random.Generator, regions: int) -> dict[str, np.ndarray]:
    """What everybody would say: most regions lack each distortion, and clearly so."""
    shares = {}
    for scale in SCALES:
        graded = votes_of_sos(np.clip(rng.normal(2.1, 0.6, regions), 0.05, 3.95), 0.1)
        without = np.where(rng.random(regions) < 0.65, 0.93, 0.12)[:, None]
        shares[scale] = np.hstack([graded * (1 - without), without]) if scale in DISTORTIONS else graded
    return shares


def test_the_forecast_comes_true() -> None:
    rng = np.random.default_rng(1)
    shares = opinions(rng, 400)
    counts = {scale: rng.multinomial(5, shares[scale]) for scale in SCALES}
    said, cast = forecast(counts, Asking()), 0

    while (more := wanted(counts, Asking()).astype(int)).any():
        counts = {scale: counts[scale] + rng.multinomial(more, shares[scale]) for scale in SCALES}
        cast += more.sum()

    assert said.votes == pytest.approx(cast, rel=0.1)
    assert said.low <= said.votes <= said.high


def test_votes_asked_for_already_come_first_and_are_not_counted() -> None:
    """Half of the regions still miss three votes of the floor: those are somebody's open seats."""
    rng = np.random.default_rng(2)
    shares = opinions(rng, 400)
    coming = np.where(np.arange(400) < 200, 3, 0)
    counts = {scale: rng.multinomial(7 - coming, shares[scale]) for scale in SCALES}
    said, cast = forecast(counts, Asking(), coming=coming), 0
    every = forecast(counts, Asking())

    counts = {scale: counts[scale] + rng.multinomial(coming, shares[scale]) for scale in SCALES}
    while (more := wanted(counts, Asking()).astype(int)).any():
        counts = {scale: counts[scale] + rng.multinomial(more, shares[scale]) for scale in SCALES}
        cast += more.sum()

    assert said.votes == pytest.approx(cast, rel=0.1)
    assert every.votes == pytest.approx(said.votes + coming.sum(), rel=0.05)


def test_no_more_is_forecast_than_the_budget_has_left() -> None:
    torn = {scale: np.tile(CLEAR[scale], (50, 1)) for scale in SCALES}
    torn["quality"] = np.tile([1, 2, 1, 2, 1], (50, 1))

    assert forecast(torn, Asking()).low > 100
    assert (forecast(torn, Asking(), budget=40).votes, forecast(torn, Asking(), budget=0).high) == (40, 0)


def test_the_forecast_is_between_floor_and_cap() -> None:
    counts = {scale: np.zeros((50, 6 if scale in DISTORTIONS else 5), int) for scale in SCALES}
    done = {scale: np.tile(CLEAR[scale], (50, 1)) for scale in SCALES}

    fresh, finished = forecast(counts, Asking()), forecast(done, Asking())

    assert 7 * 50 <= fresh.low <= fresh.votes <= fresh.high <= 15 * 50
    assert (finished.votes, finished.at_cap) == (0, 0)
    assert forecast(counts, Asking()) == fresh


def test_no_regions_need_no_votes() -> None:
    counts = {scale: np.zeros((0, 6 if scale in DISTORTIONS else 5), int) for scale in SCALES}

    assert forecast(counts, Asking()).votes == 0
