import numpy as np
import pytest
from sklearn.kernel_ridge import KernelRidge as ScikitKernelRidge
from sklearn.preprocessing import StandardScaler

from ml.evaluation.kernel_ridge import LIMIT, fit_kernel_ridge
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

    scaler = StandardScaler().fit(x)
    seen, unseen = (np.clip(scaler.transform(values), -LIMIT, LIMIT) for values in (x, new))
    reference = ScikitKernelRidge(alpha=fitted.alpha, kernel="rbf", gamma=1 / (2 * fitted.width * 3))
    expected = reference.fit(seen, y - y.mean()).predict(unseen) + y.mean()
    assert fitted.predict(new) == pytest.approx(expected)


def test_it_follows_what_a_straight_line_cannot() -> None:
    x, y, groups = problem()
    new, truth, _ = problem(seed=2)

    curved, straight = (fit(x, y, groups).predict(new) for fit in (fit_kernel_ridge, fit_ridge))

    assert ((curved - truth) ** 2).mean() < 0.3 * ((straight - truth) ** 2).mean()


def test_far_from_everything_known_it_says_the_mean() -> None:
    x, y, groups = problem()
    fitted = fit_kernel_ridge(np.hstack([x] * 8), y, groups)

    assert fitted.predict(np.full((1, 24), 1e9) * np.resize([1, -1], 24)) == pytest.approx(y.mean(), abs=0.5)
