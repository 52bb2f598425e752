import numpy as np
import pytest
from scipy import stats

from ml.evaluation.correlation import plcc, ranks, srocc


@pytest.mark.parametrize("seed", range(5))
def test_both_correlations_equal_scipys(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 9, size=60) / 2
    predicted = truth + rng.normal(size=60)

    assert srocc(truth, predicted) == pytest.approx(stats.spearmanr(truth, predicted).statistic, abs=1e-12)
    assert plcc(truth, predicted) == pytest.approx(stats.pearsonr(truth, predicted).statistic, abs=1e-12)


@pytest.mark.parametrize(
    "values",
    [
        [],
        [2.0],
        [3.0, 1.0, 3.0, 3.0, -1.0, 1.0],
        [np.inf, 1.0, -np.inf, np.inf],
        [1.0, np.nan, 0.0],
        list(range(40, 0, -1)),
    ],
)
def test_ranks_are_scipys(values: list[float]) -> None:
    assert np.array_equal(ranks(values), stats.rankdata(values), equal_nan=True)


def test_order_is_all_that_counts_for_spearman() -> None:
    truth = [0.0, 1.0, 2.0, 3.0]
    predicted = [0.0, 0.1, 0.2, 100.0]

    assert srocc(truth, predicted) == pytest.approx(1.0)
    assert plcc(truth, predicted) < 0.8


@pytest.mark.parametrize("predicted", [[0.1] * 3, [1e-9] * 3, [2.4000000000000004] * 3])
def test_a_constant_prediction_scores_zero(predicted: list[float]) -> None:
    assert srocc([1.0, 2.0, 3.0], predicted) == 0.0
    assert plcc(predicted, [1.0, 2.0, 3.0]) == 0.0


@pytest.mark.parametrize("values", [[], [1.0]])
def test_fewer_than_two_regions_score_zero(values: list[float]) -> None:
    assert srocc(values, values) == 0.0
    assert plcc(values, values) == 0.0


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="mismatch"):
        plcc([1.0, 2.0], [1.0, 2.0, 3.0])
