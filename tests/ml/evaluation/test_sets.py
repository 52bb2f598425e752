import random

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_recall_fscore_support
from sklearn.preprocessing import MultiLabelBinarizer

from ml.evaluation.sets import (
    CLASSES,
    Labels,
    average,
    f1_of_each,
    pairs_of,
    per_region,
    types_of,
    words_of,
)
from ml.vocabulary import SEVERITIES


def drawn(seed: int, *, may_be_empty: bool) -> list[Labels]:
    chance = random.Random(seed)
    sizes = (0, 1, 1, 2, 3) if may_be_empty else (1, 1, 2, 3)
    return [frozenset(chance.sample(CLASSES, chance.choice(sizes))) for _ in range(80)]


@pytest.mark.parametrize("seed", range(4))
def test_sample_averages_equal_scikit_learns(seed: int) -> None:
    truth, predicted = drawn(seed, may_be_empty=False), drawn(seed + 100, may_be_empty=True)
    binary = MultiLabelBinarizer(classes=CLASSES)
    wanted, said = binary.fit_transform(truth), binary.transform(predicted)

    means = per_region(truth, predicted).mean(axis=0)

    expected = precision_recall_fscore_support(wanted, said, average="samples", zero_division=0)[:3]
    assert list(means) == pytest.approx(list(expected))


@pytest.mark.parametrize("seed", range(4))
def test_f1_of_each_type_equals_scikit_learns(seed: int) -> None:
    truth, predicted = drawn(seed, may_be_empty=False), drawn(seed + 100, may_be_empty=True)
    binary = MultiLabelBinarizer(classes=CLASSES)
    expected = f1_score(binary.fit_transform(truth), binary.transform(predicted), average=None)

    scores = f1_of_each(truth, predicted)

    assert tuple(scores) == CLASSES
    assert list(scores.values()) == pytest.approx(list(expected))
    assert average(scores) == pytest.approx(expected.mean())


def test_the_columns_are_the_papers() -> None:
    assert CLASSES == ("blur", "colorfulness", "compression", "contrast", "exposure", "noise", "clean")


def test_a_clean_region_found_clean_is_a_hit() -> None:
    rows = per_region([types_of(())], [types_of(())])

    assert np.array_equal(rows, np.ones((1, 3)))


def test_an_empty_prediction_scores_nothing() -> None:
    rows = per_region([types_of(()), types_of(["blur"])], [frozenset(), frozenset()])

    assert np.array_equal(rows, np.zeros((2, 3)))


def test_always_answering_clean_scores_the_share_of_clean_regions_in_all_three() -> None:
    truth = [types_of(()), types_of(["blur"]), types_of(["noise", "blur"]), types_of(["contrast"])]

    means = per_region(truth, [types_of(())] * 4).mean(axis=0)

    assert means.tolist() == [0.25, 0.25, 0.25]


def test_a_pair_is_a_hit_only_when_type_and_severity_agree() -> None:
    truth = [pairs_of({"blur": "minor", "noise": "severe"})]
    predicted = [pairs_of({"blur": "minor", "noise": "extreme", "contrast": "trivial"})]

    assert per_region(truth, predicted)[0] == pytest.approx([1 / 3, 1 / 2, 2 / 5])


def test_severities_become_words_by_the_papers_equation() -> None:
    means = {"blur": 0.0, "noise": 0.8, "contrast": 0.81, "exposure": 4.0}

    assert words_of(means) == {"blur": "extreme", "noise": "extreme", "contrast": "severe", "exposure": SEVERITIES[-1]}


def test_one_unknown_severity_makes_the_pairs_unknown() -> None:
    assert words_of({"blur": 1.0, "noise": None}) is None


def test_a_type_that_never_occurs_has_no_score_and_does_not_count_in_the_average() -> None:
    scores = f1_of_each([types_of(["blur"]), types_of(())], [types_of(["blur"]), types_of(["blur"])])

    assert scores["noise"] is None
    assert average(scores) == pytest.approx((2 / 3 + 0) / 2)
