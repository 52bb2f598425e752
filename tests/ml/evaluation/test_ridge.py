import numpy as np
import pytest
from sklearn.linear_model import Ridge as ScikitRidge
from sklearn.preprocessing import StandardScaler

from ml.evaluation.ridge import Floats, Standard, fit_ridge, folds


def problem(seed: int = 1, count: int = 120, width: int = 12) -> tuple[Floats, Floats, list[str]]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(count, width)) * rng.uniform(0.1, 50.0, size=width) + rng.normal(size=width) * 10
    y = x[:, 0] / x[:, 0].std() + 0.5 * rng.normal(size=count) + 2.0
    return x, y, [f"photograph {row // 10}" for row in range(count)]


def test_predictions_equal_scikit_learns_for_the_chosen_alpha() -> None:
    x, y, groups = problem()
    new = problem(seed=2)[0]

    ridge = fit_ridge(x, y, groups)

    scaler = StandardScaler().fit(x)
    expected = ScikitRidge(alpha=ridge.alpha).fit(scaler.transform(x), y).predict(scaler.transform(new))
    assert ridge.predict(new) == pytest.approx(expected)


def test_noise_gets_a_strong_penalty_and_signal_a_weak_one() -> None:
    x, y, groups = problem()
    noise = np.random.default_rng(9).normal(size=len(y))

    assert fit_ridge(x, noise, groups).alpha > 10 * fit_ridge(x, y, groups).alpha


def test_a_constant_statistic_has_no_effect() -> None:
    x, y, groups = problem()
    padded = np.hstack([x, np.full((len(x), 1), 7.0)])
    new = np.hstack([x, np.full((len(x), 1), 1e6)])

    assert fit_ridge(padded, y, groups).predict(new) == pytest.approx(fit_ridge(x, y, groups).predict(x))


def test_standardised_columns_have_mean_zero_and_deviation_one() -> None:
    x = problem()[0]

    z = Standard.of(x)(x)

    assert z.mean(axis=0) == pytest.approx(np.zeros(12), abs=1e-12)
    assert z.std(axis=0) == pytest.approx(np.ones(12))


def test_a_photograph_is_never_on_both_sides_of_a_fold() -> None:
    groups = ["d", "a", "b", "a", "c", "b", "e", "f", "a"]

    split = list(folds(groups))

    assert len(split) == 5
    assert all(not {groups[row] for row in train} & {groups[row] for row in test} for train, test in split)
    assert sorted(row for _, test in split for row in test) == list(range(9))


def test_a_single_photograph_is_refused() -> None:
    with pytest.raises(ValueError, match="at least two groups"):
        list(folds(["only", "only"]))
