"""The arithmetic of the decision, on simulated models whose worth is known."""

import math
from dataclasses import astuple, replace

import numpy as np
import pytest

from ml.evaluation.gate import CROSS_CHECK, TEST_IMAGES, Check, Verdict, decide
from ml.evaluation.measures import CALIBRATION, IMPORTANCE, QUALITY, TYPES
from tests.ml.evaluation.predicted import CLEAN, regions, seen

LABELS = ("f1_blur", "f1_colorfulness", "f1_compression", "f1_contrast", "f1_exposure", "f1_noise")


def simulated(seed: int, *, champion: float, candidate: float, photographs: int = 40) -> Verdict:
    rng = np.random.default_rng(seed)
    records = regions(rng, photographs)
    old, new = (seen(records, rng, noise=noise) for noise in (champion, candidate))
    return decide(records, old, new, rounds=500)


def check(verdict: Verdict, measure: str) -> Check:
    return next(one for one in verdict.checks if one.measure == measure)


def test_every_measure_is_checked_once_and_in_this_order() -> None:
    verdict = simulated(1, champion=1.0, candidate=0.5)

    expected = (QUALITY, IMPORTANCE, TYPES, *LABELS, CALIBRATION, CROSS_CHECK, TEST_IMAGES)
    assert tuple(one.measure for one in verdict.checks) == expected
    undecided = [one.measure for one in verdict.checks if not one.decides]
    assert undecided == [*LABELS[1:], CROSS_CHECK]


def test_a_better_candidate_is_seen_nearly_always() -> None:
    better = [simulated(seed, champion=1.2, candidate=0.4).better for seed in range(40)]

    assert sum(better) >= 38


def test_a_worse_candidate_is_never_taken() -> None:
    assert not any(simulated(seed, champion=0.4, candidate=1.0).better for seed in range(40))


def test_an_equal_candidate_seems_better_no_more_often_than_alpha_says() -> None:
    verdicts = [simulated(seed, champion=1.0, candidate=1.0) for seed in range(200)]
    passed = sum(check(verdict, QUALITY).passed for verdict in verdicts)

    assert 2 <= passed <= 22  # 10 expected, four deviations more at most
    assert sum(verdict.better for verdict in verdicts) <= passed
    crossed = sum(check(verdict, CROSS_CHECK).passed for verdict in verdicts)
    assert 2 <= crossed <= 22


def test_the_same_predictions_differ_in_nothing_and_are_not_better() -> None:
    rng = np.random.default_rng(1)
    records = regions(rng)
    said = seen(records, rng, noise=1.0)

    verdict = decide(records, said, list(said))

    assert not verdict.better
    numbers = {one.measure: (one.difference, one.low, one.high) for one in verdict.checks}
    for measure in (QUALITY, IMPORTANCE, TYPES, "f1_blur", CALIBRATION):
        assert numbers[measure] == (0.0, 0.0, 0.0)
    assert check(verdict, CROSS_CHECK).p_value == 0.5
    assert [one.measure for one in verdict.checks if not one.passed] == [QUALITY, CROSS_CHECK]


def test_regions_of_one_photograph_count_for_less_than_as_many_photographs() -> None:
    rng = np.random.default_rng(4)
    records = regions(rng, photographs=30, each=8)
    old, new = (seen(records, rng, noise=0.2, shared=1.5) for _ in range(2))
    alone = [replace(record, source=record.id) for record in records]

    clustered, independent = (check(decide(of, old, new), QUALITY) for of in (records, alone))

    assert clustered.difference == independent.difference
    assert width(clustered) > 1.5 * width(independent)


def width(of: Check) -> float:
    assert of.low is not None
    assert of.high is not None
    return of.high - of.low


def test_a_later_try_has_to_be_better_by_more() -> None:
    rng = np.random.default_rng(2)
    records = regions(rng)
    old, new = seen(records, rng, noise=1.0), seen(records, rng, noise=0.8)

    widths = [width(check(decide(records, old, new, tries=tries), QUALITY)) for tries in (1, 2, 10)]

    assert widths == sorted(widths)
    assert widths[0] < widths[2]


def test_a_candidate_that_passes_at_first_can_fail_as_a_tenth() -> None:
    rng = np.random.default_rng(7)
    records = regions(rng)
    old, new = seen(records, rng, noise=1.2), seen(records, rng, noise=0.8)
    p_value = check(decide(records, old, new), QUALITY).p_value
    assert p_value is not None

    assert 0.005 < p_value < 0.05
    assert [check(decide(records, old, new, tries=tries), QUALITY).passed for tries in (1, 10)] == [True, False]


def test_too_few_photographs_prove_nothing() -> None:
    few, enough = (simulated(3, champion=1.5, candidate=0.1, photographs=count) for count in (19, 20))

    assert (few.better, enough.better) == (False, True)
    failed = [one for one in few.checks if one.decides and not one.passed]
    assert [astuple(one) for one in failed] == [
        (TEST_IMAGES, 19.0, 19.0, None, 19.0, None, 20.0, None, True, False),
    ]


def test_types_that_get_lost_keep_a_candidate_out() -> None:
    rng = np.random.default_rng(5)
    records = regions(rng)
    old, new = seen(records, rng, noise=1.2), seen(records, rng, noise=0.3, missed=0.2)

    verdict = decide(records, old, new)

    assert not verdict.better
    assert [one.measure for one in verdict.checks if one.decides and not one.passed] == [TYPES, "f1_blur"]


@pytest.mark.parametrize(("lost", "passed"), [({2}, True), ({2, 3}, True), ({2, 3, 8}, False)])
def test_two_hundredths_may_be_lost_and_not_more(lost: set[int], passed: bool) -> None:
    rng = np.random.default_rng(5)
    records = regions(rng, photographs=50)
    old = seen(records, rng, noise=1.0)
    new = [replace(one, types=CLEAN if number in lost else one.types) for number, one in enumerate(old)]

    found = check(decide(records, old, new), TYPES)

    assert (found.difference, found.passed) == (pytest.approx(-len(lost) / 100), passed)


def test_numbers_that_moved_off_the_scale_keep_a_candidate_out() -> None:
    rng = np.random.default_rng(8)
    records = regions(rng)
    old, new = seen(records, rng, noise=0.8), seen(records, rng, noise=0.1)
    moved = [replace(one, quality=one.quality + 3.0, importance=one.importance + 3.0) for one in new]

    verdict = decide(records, old, moved)

    assert decide(records, old, new).better
    assert [one.measure for one in verdict.checks if one.decides and not one.passed] == [CALIBRATION]


def test_a_model_that_says_no_numbers_is_not_better_and_leaves_no_nan() -> None:
    rng = np.random.default_rng(9)
    records = regions(rng)
    old = seen(records, rng, noise=0.8)
    broken = [replace(one, quality=math.nan, importance=math.nan) for one in old]

    verdict = decide(records, old, broken)

    assert not verdict.better
    numbers = [number for one in verdict.checks for number in astuple(one)[1:8] if number is not None]
    assert all(math.isfinite(number) for number in numbers)
    assert check(verdict, CALIBRATION).difference is None


def test_a_model_that_says_the_same_of_everything_is_not_better() -> None:
    rng = np.random.default_rng(9)
    records = regions(rng)
    constant = [replace(one, quality=2.0, importance=2.0) for one in seen(records, rng, noise=0.8)]

    verdict = decide(records, constant, constant)

    assert not verdict.better
    assert check(verdict, CROSS_CHECK).p_value is None


def test_a_rare_distortion_is_shown_and_does_not_decide() -> None:
    rng = np.random.default_rng(11)
    plenty = regions(rng)
    rare = [replace(one, distortions={"blur": 1.0} if int(one.id) < 19 else {}) for one in plenty]
    old, new = seen(rare, rng, noise=1.2), seen(rare, rng, noise=0.2)

    found = check(decide(rare, old, new), "f1_blur")

    assert (found.champion, found.candidate, found.decides) == (1.0, 1.0, False)


def test_the_same_seed_draws_the_same_photographs() -> None:
    rng = np.random.default_rng(1)
    records = regions(rng)
    old, new = seen(records, rng, noise=1.0), seen(records, rng, noise=0.9)

    first, again, other = (decide(records, old, new, seed=seed) for seed in (1, 1, 2))

    assert first == again
    assert first != other


def test_lists_of_other_lengths_and_no_try_are_refused() -> None:
    records = regions(np.random.default_rng(1), photographs=2)
    said = seen(records, np.random.default_rng(1), noise=1.0)

    with pytest.raises(
        ValueError, match="4 records cannot be compared with 4 predictions of the champion and 3 of the"
    ):
        decide(records, said, said[:-1])
    with pytest.raises(ValueError, match="0 records cannot"):
        decide([], [], [])
    with pytest.raises(ValueError, match="there is no try 0"):
        decide(records, said, said, tries=0)
