import numpy as np
import pytest
from sklearn.kernel_ridge import KernelRidge as ScikitKernelRidge
from sklearn.preprocessing import QuantileTransformer

from ml.evaluation.kernel_ridge import Ranks, fit_kernel_ridge
from ml.evaluation.ridge import Floats, fit_ridge


def problem(seed: int = 1) -> tuple[Floats, Floats, list[str]]:
    """What is to be learnt lies in a product, which no straight line follows."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(150, 3)) * [1.0, 20.0, 0.1]
    return x, x[:, 0] * x[:, 1] / 20 + 3.0 + 0.1 * rng.normal(size=150), [str(row) for row in range(150)]


def test_predictions_equal_scikit_learns_for_the_chosen_width_and_alpha() -> None:
    x, y, groups = problem()
    new = problem(seed=2)[0]

    fitted = fit_kernel_ridge(x, y, groups)

    seen, unseen = (Ranks.of(x)(values) for values in (x, new))
    reference = ScikitKernelRidge(alpha=fitted.alpha, kernel="rbf", gamma=1 / (2 * fitted.width * 3))
    expected = reference.fit(seen, y - y.mean()).predict(unseen) + y.mean()
    assert fitted.predict(new) == pytest.approx(expected)


def test_it_follows_what_a_straight_line_cannot() -> None:
    x, y, groups = problem()
    new, truth, _ = problem(seed=2)

    curved, straight = (fit(x, y, groups).predict(new) for fit in (fit_kernel_ridge, fit_ridge))

    assert ((curved - truth) ** 2).mean() < 0.3 * ((straight - truth) ** 2).mean()


def test_ranks_become_the_deviates_that_scikit_learn_gives_them() -> None:
    x, new = problem()[0], problem(seed=2)[0]

    found = Ranks.of(x)(new)

    scikit = QuantileTransformer(n_quantiles=150, output_distribution="normal").fit(x)
    low, high = np.quantile(x, [0.05, 0.95], axis=0)
    inside = (new > low) & (new < high)  # at the ends scikit-learn goes to 5 deviations
    assert found[inside] == pytest.approx(scikit.transform(new)[inside], abs=0.06)


def test_the_same_values_get_the_same_deviate_and_a_constant_none() -> None:
    x = np.array([[1.0, 7.0], [2.0, 7.0], [2.0, 7.0], [9.0, 7.0]])

    z = Ranks.of(x)(np.vstack([x, [[1e9, 1e9]]]))

    assert z[1, 0] == z[2, 0] == pytest.approx(0.0)
    assert z[0, 0] == pytest.approx(-z[3, 0])
    assert z[4, 0] == z[3, 0]
    assert np.array_equal(z[:, 1], np.zeros(5))


def test_an_odd_number_does_not_put_a_photograph_far_from_all_others() -> None:
    x, y, groups = problem()
    fitted = fit_kernel_ridge(x, y, groups)
    usual, odd = x[:1].copy(), x[:1].copy()
    usual[0, 2], odd[0, 2] = x[:, 2].max(), 1e9

    assert fitted.predict(odd) == pytest.approx(fitted.predict(usual))
