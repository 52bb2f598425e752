import pytest

from annotation.aggregation.intervals import SOS
from annotation.aggregation.labels import Rule, label_scale
from annotation.aggregation.noise import noise_of
from annotation.scales import SCALES

SPREAD = (1, 1, 3, 1, 1)
"""Seven votes with the mean 2 and the sample variance 10 / 6."""


def test_without_votes_or_with_few_regions_the_published_value_stands() -> None:
    assert noise_of({}, Rule()) == dict.fromkeys(SCALES, SOS)
    assert noise_of({"quality": {SPREAD: 19}}, Rule(), ["quality"]) == {"quality": SOS}


def test_from_twenty_regions_on_the_panel_s_own_noise_weighs_as_much_as_the_published_one() -> None:
    assert noise_of({"quality": {SPREAD: 20}}, Rule(), ["quality"])["quality"] == pytest.approx(
        (SOS + 10 / 6 / 4) / 2, abs=1e-4
    )


def test_a_distortion_s_noise_is_that_of_the_votes_its_level_comes_from() -> None:
    kinds = {"blur": {(*SPREAD, 9): 100, (0, 0, 0, 0, 0, 16): 900}}

    affected = noise_of(kinds, Rule(), ["blur"])["blur"]

    assert affected == noise_of({"quality": {SPREAD: 100}}, Rule(), ["quality"])["quality"]
    assert noise_of(kinds, Rule("all"), ["blur"])["blur"] != affected


def test_it_does_not_depend_on_the_order_of_the_regions() -> None:
    kinds = {SPREAD: 30, (0, 1, 2, 3, 1): 7, (0, 0, 0, 1, 6): 12}

    assert noise_of({"quality": kinds}, Rule()) == noise_of({"quality": dict(reversed(kinds.items()))}, Rule())


def test_it_makes_the_interval_of_the_votes_of_record_and_of_no_others() -> None:
    votes = (*SPREAD, 3)
    usual, own = label_scale("blur", votes, Rule()), label_scale("blur", votes, Rule(), 0.4)
    literal = label_scale("blur", votes, Rule("all"), 0.4)

    widths = [one.of_record.interval.half_width for one in (own, usual) if one.of_record.interval]
    assert widths[0] > widths[1]
    assert (own.of_all, own.level, own.word) == (usual.of_all, usual.level, usual.word)
    assert literal.of_affected == usual.of_affected
