import math
from itertools import combinations_with_replacement

import numpy as np
import pytest

from annotation.aggregation.ballots import Ballots
from annotation.aggregation.bt500 import correlation_rule, kurtosis_rule, vqeg_rule
from annotation.aggregation.checks import Gold, Repeats, Times, weighted_kappa
from annotation.aggregation.correlations import with_others
from annotation.aggregation.screening import SIGNALS, screen
from tests.annotation.aggregation.crowds import panel
from tests.annotation.aggregation.panels import V, ballots, by_region


def test_bt500_counts_nobody_in_v() -> None:
    found = kurtosis_rule(by_region(V))

    assert found.above.tolist() == found.below.tolist() == [0] * 8
    assert not found.rejected.any()
    assert found.blind


def test_bt500_skips_rows_without_variance() -> None:
    """The vector on which sureal rejects the nine good annotators and keeps the outlier."""
    rows = [["5"] * 10 for _ in range(10)]
    rows += [[*np.roll([1, 1, 2, 1, 2, 1, 2, 2, 1], k).astype(str), "3"] for k in range(10)]

    found = kurtosis_rule(ballots(rows))

    assert found.outlying.tolist() == [0] * 9 + [0.5]
    assert found.one_sided.tolist() == [0] * 9 + [1]
    assert not found.rejected.any()


def test_bt500_rejects_the_erratic_of_a_full_panel() -> None:
    rng = np.random.default_rng(1)
    level = np.clip(np.rint(rng.uniform(0.5, 3.5, (120, 1)) + rng.normal(0, 0.5, (120, 24))), 0, 4)
    level[:, 0] = rng.integers(0, 5, 120)
    level[:, 1] = np.clip(level[:, 1] + 1, 0, 4)

    found = kurtosis_rule(ballots(level.astype(int).astype(str).tolist()))

    assert np.flatnonzero(found.rejected).tolist() == [0]


def test_the_largest_deviation_of_seven_votes_never_reaches_the_wide_branch() -> None:
    lone = ballots([["0", "4", "4", "4", "4", "4", "4"]])
    deviation = (4 - 24 / 7) * 6 / np.std([0, 4, 4, 4, 4, 4, 4], ddof=1)

    assert deviation == pytest.approx(6 / math.sqrt(7))
    assert kurtosis_rule(lone).below.sum() == 0


def test_the_correlation_rule_rejects_the_erratic_alone() -> None:
    found = correlation_rule(by_region(V), pearson_only=True)

    expected = [0.970542, 0.964043, 0.959760, 0.865704, 0.889615, 0.969609, 0.980246, -0.231703]
    assert found.correlation == pytest.approx(np.array(expected), abs=1e-6)
    assert np.flatnonzero(found.rejected).tolist() == [7]
    spread = found.correlation.std()
    assert found.correlation.mean() - spread == pytest.approx(0.405560, abs=1e-6)
    assert found.threshold == pytest.approx(found.correlation.mean() - spread * math.sqrt(8 / 7))


def test_the_lesser_correlation_counts() -> None:
    both, one = correlation_rule(by_region(V)), correlation_rule(by_region(V), pearson_only=True)

    assert (both.correlation <= one.correlation + 1e-12).all()


def test_vqeg_wants_both_correlations_low() -> None:
    votes = by_region(V)

    assert np.flatnonzero(vqeg_rule(votes, np.arange(12) % 4)).tolist() == [7]
    assert not vqeg_rule(votes, np.zeros(12, int))[:7].any()


def test_leave_one_out_is_zero_where_it_is_undefined() -> None:
    votes = ballots([["1", "2", "2"], ["3", "3", "2"], ["4", "4", "2"]])

    assert with_others(votes)[2] == 0.0


def crowd_with_culprits() -> Ballots:
    """0 votes at random, 1 always the same, 2 is contrary, 3 lenient."""
    votes = panel(seed=2, regions=400, annotators=24, votes=7).ballots
    level, who = votes.level.copy(), votes.annotator
    level[who == 0] = np.random.default_rng(0).integers(0, 5, int((who == 0).sum()))
    level[who == 1] = 2
    level[who == 2] = 4 - level[who == 2]
    level[who == 3] = np.minimum(level[who == 3] + 1, 4)
    return Ballots(votes.region, who, level, votes.regions, votes.annotators)


def test_signals_point_at_the_culprits_and_at_nobody_else() -> None:
    found = screen(crowd_with_culprits())

    assert [one.flags for one in found[:4]] == [
        ("leave_one_out", "inconsistency"),
        ("leave_one_out", "constant"),
        ("leave_one_out", "inconsistency"),
        (),
    ]
    assert [one.flags for one in found[4:]] == [()] * 20


def test_each_signal_says_value_threshold_and_votes() -> None:
    signal = screen(crowd_with_culprits())[0]["inconsistency"]

    assert signal.value > signal.threshold == 1.6
    assert (signal.flagged, signal.too_few, signal.votes > 100) == (True, False, True)
    assert [one.name for one in screen(by_region(V))[0].every] == list(SIGNALS)


def test_one_sitting_of_the_same_level_is_enough() -> None:
    votes = panel(seed=2, regions=400, annotators=24, votes=7).ballots
    own = np.flatnonzero(votes.annotator == 5)
    sitting = np.zeros(len(votes), int)
    sitting[own[:40]], sitting[own[40:50]] = 1, -1
    level = votes.level.copy()
    level[own[:40]] = 3
    lazy = Ballots(votes.region, votes.annotator, level, votes.regions, votes.annotators)

    assert not screen(lazy)[5]["constant"].flagged
    assert [one.annotator for one in screen(lazy, sitting=sitting) if one["constant"].flagged] == [5]


def test_nobody_is_flagged_below_thirty_votes() -> None:
    found = screen(by_region(V))

    assert [one.flags for one in found] == [()] * 8
    assert all(signal.too_few for one in found for signal in one.every)
    assert found[7]["leave_one_out"].value < 0.0


def test_what_was_not_checked_has_no_value() -> None:
    signal = screen(crowd_with_culprits())[0]["gold"]

    assert (signal.value, signal.flagged, signal.too_few, signal.votes) == (None, False, True, 0)


def test_gold_repeats_and_times() -> None:
    votes = crowd_with_culprits()
    who, ones = np.repeat([0, 5], 20), np.ones(40)
    gold = Gold(who, np.where(who == 0, 4.0, 2.0), ones)
    repeats = Repeats(who, ones, ones + np.where(who == 0, 2, 0))
    times = Times(votes.annotator, np.where(votes.annotator == 6, 1500.0, 20_000.0 + 200 * votes.annotator))

    found = screen(votes, gold=gold, repeats=repeats, times=times)

    assert found[0]["gold"].value == 0.0
    assert found[0]["gold"].flagged
    assert (found[5]["gold"].value, found[5]["gold"].flagged) == (1.0, False)
    assert found[0]["repeats"].value == pytest.approx(2**0.5)
    assert (found[0]["repeats"].flagged, found[5]["repeats"].flagged) == (True, False)
    assert (found[6]["too_fast"].value, found[6]["too_fast"].flagged, found[6]["pace"].flagged) == (1.0, True, True)
    assert [one.annotator for one in found if one["pace"].flagged or one["too_slow"].flagged] == [6]


def test_seven_votes_can_flag_somebody_in_14_of_330_histograms() -> None:
    rows = [np.array(row) for row in combinations_with_replacement(range(5), 7)]
    level = np.concatenate(rows).astype(float)
    votes = Ballots(np.repeat(np.arange(330), 7), np.arange(330 * 7), level, 330, 330 * 7)

    found = kurtosis_rule(votes)

    assert len(rows) == 330
    assert len(np.unique(votes.region[(found.above + found.below) > 0])) == 14


def test_weighted_kappa() -> None:
    first, second = np.array([0.0, 1, 2, 3, 4]), np.array([0.0, 1, 2, 3, 3])

    assert weighted_kappa(first, first) == 1.0
    assert weighted_kappa(first, second) == pytest.approx(1 - 0.2 / (2 + 1.36 + 0.04))
    assert weighted_kappa(np.ones(3), np.ones(3)) is None
    assert weighted_kappa(first[:0], second[:0]) is None
