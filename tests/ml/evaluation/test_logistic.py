import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from ml.evaluation.logistic import fit_logistic
from ml.evaluation.ridge import Floats


def problem(seed: int = 1, classes: int = 3) -> tuple[Floats, NDArray[np.intp], list[str]]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, size=150)
    x = rng.normal(size=(150, 6)) * [1, 10, 0.1, 1, 1, 1]
    x[:, :classes] += 2.0 * np.eye(classes)[labels] * [1, 10, 0.1][:classes]
    return x, labels, [f"photograph {row // 6}" for row in range(150)]


@pytest.mark.parametrize("classes", [2, 3])
def test_probabilities_equal_scikit_learns_for_the_chosen_penalty(classes: int) -> None:
    x, labels, groups = problem(classes=classes)

    logistic = fit_logistic(x, labels, classes, groups)

    scaler = StandardScaler().fit(x)
    # two classes have two weight vectors here and one there: each half as long, so half the penalty in all
    strength = logistic.alpha if classes > 2 else logistic.alpha / 2
    reference = LogisticRegression(C=1 / strength, tol=1e-8, max_iter=2000).fit(scaler.transform(x), labels)
    assert logistic.probabilities(x) == pytest.approx(reference.predict_proba(scaler.transform(x)), abs=2e-3)


def test_a_class_that_never_occurs_is_never_likely() -> None:
    x, labels, groups = problem()

    shares = fit_logistic(x, labels, 4, groups).probabilities(x)

    assert shares.sum(axis=1) == pytest.approx(np.ones(150))
    assert shares[:, 3].max() < 0.05


def test_labels_without_relation_get_a_stronger_penalty() -> None:
    x, labels, groups = problem()
    noise = np.random.default_rng(8).integers(0, 3, size=150)

    assert fit_logistic(x, noise, 3, groups).alpha > 10 * fit_logistic(x, labels, 3, groups).alpha
