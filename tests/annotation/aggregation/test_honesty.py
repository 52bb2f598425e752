import numpy as np
import pytest
from scipy.stats import spearmanr

from annotation.aggregation.honesty import (
    Floats,
    alarm_of,
    ceiling_of,
    curve_of,
    rank_correlation,
    score_of,
    window_size,
)


def sums_of(rows: list[list[int]]) -> tuple[Floats, Floats, Floats]:
    return (
        np.array([len(row) for row in rows], float),
        np.array([sum(row) for row in rows], float),
        np.array([sum(level**2 for level in row) for row in rows], float),
    )


def study_of(labels: int, seed: int, error: float = 0.5) -> tuple[Floats, Floats]:
    """What a model said and the mean of seven votes on 0 to 4."""
    chance = np.random.default_rng(seed)
    truth = chance.uniform(0.5, 3.5, labels)
    votes = np.clip(np.rint(truth[:, None] + chance.normal(0, 0.7, (labels, 7))), 0, 4)
    return np.clip(truth + chance.normal(0, error, labels), 0, 4), votes.mean(axis=1)


def test_the_correlation_of_ranks_is_spearman_s_with_ties() -> None:
    predicted, said = study_of(200, 1)

    assert rank_correlation(predicted, said) == pytest.approx(spearmanr(predicted, said).statistic)
    assert rank_correlation(predicted, np.ones(200)) is None


def test_a_score_of_few_labels_has_no_correlation() -> None:
    predicted, said = np.array([1.0, 2.0, 4.0]), np.array([1.5, 2.0, 3.0])

    score = score_of(predicted, said)

    assert (score.labels, score.srocc, score.mae) == (3, None, 0.5)
    with pytest.raises(ValueError, match="no score without labels"):
        score_of(np.array([]), np.array([]))


def test_windows_are_a_fifth_within_bounds() -> None:
    assert [window_size(labels) for labels in (0, 60, 150, 300, 1000, 10**6)] == [30, 30, 30, 60, 200, 200]


def test_the_curve_ends_with_the_last_label_and_tells_each_by_its_number() -> None:
    predicted, said = study_of(100, 2)
    numbers = list(range(3, 303, 3))  # every third label of the study

    points = curve_of(predicted, said, numbers)

    assert [point.at for point in points] == [90, 111, 132, 153, 174, 195, 216, 237, 258, 279, 300]
    assert points[-1].score == score_of(predicted[-30:], said[-30:])
    assert curve_of(predicted[:29], said[:29], numbers[:29]) == []


def test_the_ceiling_of_published_ratings() -> None:
    """Shrout and Fleiss (1979), 6 targets and 4 judges: ICC(1,4) = .4428."""
    rows = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]

    assert ceiling_of(*sums_of(rows)) == pytest.approx(0.442797**0.5, abs=1e-6)


def test_the_ceiling_with_different_numbers_of_votes() -> None:
    rows = [[0, 1], [2, 3, 2], [4, 4, 3, 4, 4], [1, 1, 0]]
    votes, sums, squares = sums_of(rows)
    means, everyone = sums / votes, sums.sum() / votes.sum()
    between = (votes * (means - everyone) ** 2).sum() / 3
    within = sum(((np.array(row) - np.mean(row)) ** 2).sum() for row in rows) / (13 - 4)
    typical = (13 - (votes**2).sum() / 13) / 3
    icc = (between - within) / (between + (typical - 1) * within)

    found = ceiling_of(votes, sums, squares)

    assert found == pytest.approx(np.sqrt(np.mean(votes * icc / (1 + (votes - 1) * icc))))


@pytest.mark.parametrize("rows", [[[1, 2, 3]], [[1], [2], [3]]])
def test_without_two_regions_or_two_votes_there_is_no_ceiling(rows: list[list[int]]) -> None:
    assert ceiling_of(*sums_of(rows)) is None


def test_votes_that_do_not_tell_regions_apart_have_a_ceiling_of_zero() -> None:
    assert ceiling_of(*sums_of([[0, 4], [4, 0], [2, 2]])) == 0.0
    assert ceiling_of(*sums_of([[2, 2], [2, 2]])) == 0.0


def test_a_perfect_model_reaches_the_ceiling_on_the_average() -> None:
    chance = np.random.default_rng(3)
    truth = chance.normal(2, 0.8, 4000)
    votes = truth[:, None] + chance.normal(0, 0.9, (4000, 7))

    found = ceiling_of(np.full(4000, 7.0), votes.sum(axis=1), (votes**2).sum(axis=1))

    assert found == pytest.approx(np.corrcoef(truth, votes.mean(axis=1))[0, 1], abs=0.01)


def test_the_alarm_waits_for_enough_labels() -> None:
    predicted, said = np.zeros(59), np.concatenate([np.zeros(29), np.ones(30)])

    assert alarm_of(predicted, said) is None


@pytest.mark.parametrize("labels", [150, 600, 2000])
def test_the_alarm_fires_when_the_model_no_longer_fits(labels: int) -> None:
    """In the last window the model errs by a level more, half of the time in each direction."""
    fired = 0
    for seed in range(50):
        predicted, said = study_of(labels, seed)
        size = window_size(labels)
        predicted[-size:] += np.random.default_rng(seed).choice([-1.0, 1.0], size)
        fired += alarm_of(predicted, said) is not None

    assert fired >= 48


@pytest.mark.parametrize("labels", [60, 150, 600, 2000])
def test_the_alarm_hardly_ever_fires_without_a_reason(labels: int) -> None:
    fired = sum(alarm_of(*study_of(labels, seed)) is not None for seed in range(500))

    assert fired <= 5


def test_looked_at_again_and_again_it_still_hardly_ever_fires() -> None:
    """A whole study of 2,000 labels, looked at after every 25."""
    fired = 0
    for seed in range(60):
        predicted, said = study_of(2000, seed)
        fired += any(alarm_of(predicted[:end], said[:end]) is not None for end in range(60, 2001, 25))

    assert fired <= 6


def test_the_alarm_tells_the_numbers() -> None:
    chance = np.random.default_rng(1)
    said = np.full(120, 2.0)
    predicted = said + np.concatenate([chance.normal(0, 0.1, 90), np.full(30, 1.0)])

    found = alarm_of(predicted, said)

    assert found is not None
    assert (found.labels, found.now) == (30, 1.0)
    assert found.before == pytest.approx(0.08, abs=0.02)
