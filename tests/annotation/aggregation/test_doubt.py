import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.aggregation.dawid_skene import second_opinion
from annotation.aggregation.doubt import doubt_of, soft_labels
from tests.annotation.aggregation.crowds import panel
from tests.annotation.aggregation.panels import ballots, contrary


@pytest.mark.parametrize(
    ("without", "votes", "expected"),
    [
        (4, 7, 0.636719),
        (5, 7, 0.855469),
        (6, 7, 0.964844),
        (7, 7, 0.996094),
        (4, 8, 0.5),
        (5, 8, 0.746094),
        (5, 9, 0.623047),
        (5, 10, 0.5),
        (6, 10, 0.725586),
        (8, 15, 0.598190),
    ],
)
def test_how_sure_a_majority_is(without: int, votes: int, expected: float) -> None:
    found = doubt_of([votes - without, 0, 0, 0, 0, without], distortion=True)

    assert 1 - found.with_it == pytest.approx(expected, abs=1e-6)
    assert found.sureness == pytest.approx(max(expected, 1 - expected), abs=1e-6)


def test_entropy_and_camps() -> None:
    torn = doubt_of([4, 1, 0, 0, 2], distortion=False)
    spread = doubt_of([0, 1, 2, 3, 1], distortion=False)

    assert torn.camps
    assert not spread.camps
    assert doubt_of([5, 1, 0, 0, 1], distortion=False).entropy * np.log2(5) == pytest.approx(1.148835, abs=1e-6)
    assert spread.entropy == pytest.approx(0.793466, abs=1e-6)
    assert spread.with_it is None
    assert spread.sureness is None


@pytest.mark.parametrize(
    ("histogram", "expected"),
    [
        ([2, 0, 0, 2, 0], True),
        ([2, 0, 2, 0, 0], False),
        ([1, 0, 0, 0, 6], False),
        ([0, 2, 0, 0, 2], True),
        ([0, 0, 2, 0, 0, 5], True),
        ([0, 0, 0, 3, 0, 4], False),
    ],
)
def test_two_camps_are_two_votes_on_each_of_two_levels_three_apart(histogram: list[int], expected: bool) -> None:
    assert doubt_of(histogram, distortion=False).camps is expected


def test_soft_labels_are_the_votes_with_a_little_of_everything() -> None:
    assert soft_labels(np.array([[0, 0, 0, 0, 7]]))[0].tolist() == pytest.approx([0.5 / 9.5] * 4 + [7.5 / 9.5])
    assert soft_labels(np.array([[0, 0, 0, 0, 0]]))[0].tolist() == pytest.approx([0.2] * 5)


def test_without_votes_there_is_no_doubt_to_speak_of() -> None:
    found = doubt_of([0] * 6, distortion=True)

    assert (found.with_it, found.entropy, found.camps) == (0.5, 0.0, False)


def test_smoothed_dawid_and_skene() -> None:
    found = second_opinion(contrary(), 2, inverts=True)

    assert found.classes[:, 1] == pytest.approx(
        np.array([0.991838, 0.994098, 0.001148, 0.094747, 0.991126, 0.009592, 0.005691, 0.997076, 0.087592, 0.325732]),
        abs=1e-6,
    )
    assert found.prior == pytest.approx(np.array([0.550136, 0.449864]), abs=1e-6)
    assert found.confusion[:, 1, 1] == pytest.approx(
        np.array([0.883070, 0.835244, 0.879291, 0.846053, 0.888365, 0.415776]), abs=1e-6
    )
    assert found.confusion[:, 0, 0] == pytest.approx(
        np.array([0.823660, 0.817814, 0.710759, 0.799208, 0.408488, 0.412080]), abs=1e-6
    )
    assert found.converged


def test_plain_dawid_and_skene_inverts_the_contrary_annotator() -> None:
    found = second_opinion(contrary(), 2, prior_votes=0, inverts=True)

    assert (found.classes[:, 1] > 0.5).astype(int).tolist() == [1, 1, 0, 0, 1, 0, 0, 1, 0, 0]
    assert found.prior[1] == pytest.approx(0.4, abs=1e-6)
    assert found.confusion[:, 0, 1] == pytest.approx(np.array([0.2, 1 / 6, 0.4, 0.2, 1, 1]), abs=1e-5)


def test_who_is_wrong_more_often_than_right_says_nothing() -> None:
    votes, contrarian = contrary(), 5

    found = second_opinion(votes, 2)

    assert found.confusion[contrarian, 0] == pytest.approx(found.confusion[contrarian, 1])
    others = second_opinion(votes.where(votes.annotator != contrarian), 2)
    assert found.classes == pytest.approx(others.classes, abs=1e-6)
    assert (found.confusion[:, 0, 0] + found.confusion[:, 1, 1] >= 1 - 1e-12).all()
    assert found.converged


@given(st.integers(0, 1000), st.integers(2, 6))
def test_the_likelihood_never_falls(seed: int, classes: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, classes, (12, 6)).astype(str)
    rows[rng.random((12, 6)) < 0.3] = "."
    rows[:, 0], rows[0] = "0", "1"

    found = second_opinion(ballots(rows.tolist()), classes)

    assert (np.diff(found.log_likelihood) >= -1e-9).all()
    assert found.classes.sum(axis=1) == pytest.approx(np.ones(12))


def test_more_than_two_classes() -> None:
    crowd = panel(seed=3, regions=500, annotators=24, votes=7)
    found = second_opinion(crowd.ballots, 5)

    assert found.converged
    assert np.mean(found.classes.argmax(axis=1) == np.rint(crowd.truth)) > 0.65


def test_levels_have_to_be_classes() -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        second_opinion(ballots([["2", "1"]]), 2)
