import pytest

from annotation.aggregation.labels import Rule, histograms_of, label_region, label_scale, parse_rule, summarise
from annotation.opinion import SCALES


def histogram(votes: list[int], levels: int = 6) -> list[int]:
    return [votes.count(level) for level in range(levels)]


@pytest.mark.parametrize(
    "votes, present, mean_all, literal, clamped, mean_affected",
    [
        ([5, 5, 5, 5, 4, 4, 3], False, 4.428571, None, None, 3.666667),
        ([5, 5, 5, 3, 3, 2, 4], True, 3.857143, 3, 4, 3.0),
        ([5, 5, 5, 4, 4, 4, 4], True, 4.428571, 4, 4, 4.0),
        ([5, 5, 5, 0, 0, 0, 0], True, 2.142857, 2, 2, 0.0),
        ([0, 0, 0, 1, 1, 0, 0], True, 0.285714, 0, 0, 0.285714),
        ([0] * 7, True, 0, 0, 0, 0),
        ([1] * 7, True, 1, 0, 1, 1),
        ([2] * 7, True, 2, 1, 2, 2),
        ([3] * 7, True, 3, 2, 3, 3),
        ([4] * 7, True, 4, 3, 4, 4),
    ],
)
def test_severity_under_the_literal_readings(
    votes: list[int], present: bool, mean_all: float, literal: int | None, clamped: int | None, mean_affected: float
) -> None:
    five = label_scale("blur", histogram(votes), Rule("all", 5))
    four = label_scale("blur", histogram(votes), Rule("all", 4))

    assert (five.present, five.level) == (present, literal)
    assert (four.present, four.level) == (present, clamped)
    assert five.of_all.mean == pytest.approx(mean_all, abs=1e-6)
    assert five.of_affected is not None
    assert five.of_affected.mean == pytest.approx(mean_affected, abs=1e-6)


def test_the_default_severity_is_the_mean_of_those_who_saw_the_distortion() -> None:
    label = label_scale("noise", histogram([3, 3, 3, 3, 5, 5, 5]), Rule())

    assert (label.word, label.level, label.of_record.mean, label.of_record.votes) == ("minor", 3, 3.0, 4)


def test_a_tie_is_with_and_says_so() -> None:
    label = label_scale("blur", histogram([5, 5, 5, 5, 2, 2, 2, 2]), Rule())

    assert (label.present, label.tied, label.word) == (True, True, "moderate")


def test_without_votes_there_is_no_word() -> None:
    label = label_scale("quality", [0] * 5, Rule())

    assert (label.level, label.word, label.of_record.mean, label.of_record.interval) == (None, None, None, None)


def test_a_histogram_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="quality has 5 levels, not 6"):
        label_scale("quality", [0] * 6, Rule())


def test_summary_of_seven_votes() -> None:
    summary = summarise(histogram([3, 2, 3, 4, 2, 3, 1], 5), 4)

    assert summary.mean == pytest.approx(2.571429, abs=1e-6)
    assert summary.sd == pytest.approx(0.975900, abs=1e-6)


def test_histograms_count_each_scale() -> None:
    counts = histograms_of([(5, 5, 0, 5, 5, 5, 1, 4), (5, 4, 0, 5, 5, 5, 2, 4)])

    assert counts["blur"] == [2, 0, 0, 0, 0, 0]
    assert counts["noise"] == [0, 0, 0, 0, 1, 1]
    assert counts["quality"] == [0, 1, 1, 0, 0]
    assert counts["importance"] == [0, 0, 0, 0, 2]


def test_a_region_has_a_label_for_every_scale() -> None:
    labels = label_region(histograms_of([(5, 5, 0, 5, 5, 5, 1, 4)] * 7), Rule())

    assert tuple(labels) == SCALES
    assert (labels["blur"].word, labels["exposure"].word, labels["quality"].word) == ("extreme", None, "poor")


@pytest.mark.parametrize("rule", [Rule(), Rule("all", 4), Rule("all", 5), Rule("affected", 5)])
def test_a_rule_survives_its_text(rule: Rule) -> None:
    assert parse_rule(str(rule)) == rule


@pytest.mark.parametrize(
    "text", ["", "gullery-0 severity=all M=4", "gullery-1 severity=some M=4", "gullery-1 severity=all M=four"]
)
def test_a_text_that_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="rule"):
        parse_rule(text)
