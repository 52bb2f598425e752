"""Vectors of the reference on subjective scores that belong to what several files say together."""

import numpy as np
import pytest

from annotation.aggregation.labels import Rule, distortion_level, label_scale, score_level, summarise
from tests.annotation.aggregation.panels import V, by_region


def histogram(votes: list[int], levels: int) -> list[int]:
    return np.bincount(votes, minlength=levels).tolist()


def test_means_and_errors_of_v() -> None:
    votes = by_region(V)
    found = [summarise(histogram(votes.level[votes.region == one].astype(int), 5), 4) for one in range(12)]

    assert [one.mean for one in found] == pytest.approx([3.2, 2.8, 2.2, 1.4, 0.4, 3.2, 1.4, 1.8, 3.6, 0.8, 2.4, 1.6])
    assert [one.sd / 5**0.5 for one in found] == pytest.approx(
        [
            *(0.583095, 0.734847, 0.2, 0.678233, 0.244949, 0.2),
            *(0.4, 0.583095, 0.244949, 0.374166, 0.244949, 0.4),
        ],
        abs=1e-6,
    )


@pytest.mark.parametrize(
    ("votes", "mean", "sd"), [([3, 2, 3, 4, 2, 3, 1], 2.571429, 0.975900), ([5, 5, 5, 3, 3, 2, 4], 3.857143, 1.214986)]
)
def test_means_and_deviations(votes: list[int], mean: float, sd: float) -> None:
    found = summarise(histogram(votes, 6), 5)

    assert (found.mean, found.sd) == (pytest.approx(mean, abs=1e-6), pytest.approx(sd, abs=1e-6))


@pytest.mark.parametrize(
    ("votes", "present", "of_all", "of_affected", "literal", "clamped"),
    [
        ([5, 5, 5, 5, 4, 4, 3], False, 4.428571, 3.666667, None, None),
        ([5, 5, 5, 3, 3, 2, 4], True, 3.857143, 3.0, 3, 4),
        ([5, 5, 5, 4, 4, 4, 4], True, 4.428571, 4.0, 4, 4),
        ([5, 5, 5, 0, 0, 0, 0], True, 2.142857, 0.0, 2, 2),
        ([0, 0, 0, 1, 1, 0, 0], True, 0.285714, 0.285714, 0, 0),
        ([1] * 7, True, 1, 1, 0, 1),
        ([2] * 7, True, 2, 2, 1, 2),
        ([3] * 7, True, 3, 3, 2, 3),
        ([4] * 7, True, 4, 4, 3, 4),
    ],
)
def test_labels_of_distortions(
    votes: list[int], present: bool, of_all: float, of_affected: float, literal: int | None, clamped: int | None
) -> None:
    counts = histogram(votes, 6)
    found = label_scale("blur", counts, Rule("all", 4))

    assert found.present is present
    assert found.of_all.mean == pytest.approx(of_all, abs=1e-6)
    assert found.of_affected.mean == pytest.approx(of_affected, abs=1e-6)
    assert (distortion_level(counts, Rule("all", 5)), distortion_level(counts, Rule("all", 4))) == (literal, clamped)


def test_unanimous_scores_keep_their_class() -> None:
    assert [score_level(histogram([level] * 7, 5)) for level in range(5)] == [0, 1, 2, 3, 4]
