import numpy as np
import pytest

from annotation.aggregation.gsd import probabilities, rho_of, votes_of_sos
from annotation.aggregation.planning import buy, classes_of, expected_from_pilot, expected_scores


def test_the_distribution_of_the_reference() -> None:
    first, second = np.array([2.0, 8, 2, 0, 0]), np.array([0.0, 0, 1, 4, 2])
    levels = np.arange(5)
    means = np.array([counts @ levels / counts.sum() for counts in (first, second)])
    variances = np.array([counts @ levels**2 / counts.sum() for counts in (first, second)]) - means**2

    assert means + 1 == pytest.approx(np.array([2, 4.142857]), abs=1e-6)
    assert rho_of(means, variances) == pytest.approx(np.array([0.888889, 0.888889]), abs=1e-6)
    expected = np.array([0.001093, 0.016035, 0.088193, 0.628280, 0.266399])
    assert probabilities(means, rho_of(means, variances))[1] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("sos", [0.3, 0.5, 0.9])
def test_means_and_variances_are_what_was_asked_for(sos: float) -> None:
    means, levels = np.linspace(0.05, 3.95, 40), np.arange(5)

    shares = votes_of_sos(means, sos)

    assert shares.sum(axis=1) == pytest.approx(np.ones(40))
    assert shares @ levels == pytest.approx(means)
    assert shares @ levels**2 - means**2 == pytest.approx(sos * means * (4 - means))


def test_koniqs_yardsticks_come_out() -> None:
    """RMSE and wrong classes as computed from KonIQ-10k's published histograms."""
    found = {votes: buy(expected_scores(), votes) for votes in (3, 5, 7, 15, 30)}

    rmse = [found[votes].error for votes in found]
    assert rmse == pytest.approx([0.335, 0.255, 0.217, 0.148, 0.104], abs=0.01)
    assert [found[votes].wrong_class for votes in (7, 15, 30)] == pytest.approx([0.21, 0.15, 0.11], abs=0.02)
    assert found[7].half_width == pytest.approx(0.46, abs=0.02)
    assert found[7].wrong_with is None


def test_more_votes_buy_more() -> None:
    expected = expected_scores(without=(0.6, 0.8))

    few, many = buy(expected, 7), buy(expected, 15)

    assert few.wrong_with > many.wrong_with > 0
    assert few.half_width > many.half_width
    assert buy(expected, 7) == few


def test_a_pilot_tells_what_the_study_will_be_like() -> None:
    rng = np.random.default_rng(1)
    truth = np.clip(rng.normal(2.1, 0.55, 600), 0.1, 3.9)
    pilot = rng.multinomial(5, votes_of_sos(truth, 0.12))

    found = expected_from_pilot(pilot)

    assert found.means.std() == pytest.approx(truth.std(), abs=0.05)
    assert found.sos == pytest.approx(0.14, abs=0.03)
    assert buy(found, 7).wrong_class == pytest.approx(buy(expected_scores(sos=0.13), 7).wrong_class, abs=0.03)


def test_a_pilot_of_a_distortion_tells_with_from_without() -> None:
    rng = np.random.default_rng(1)
    share = np.where(rng.random(500) < 0.6, 0.95, 0.1)
    without = rng.binomial(5, share)
    rest = rng.multinomial(5 - without, [0.1, 0.2, 0.4, 0.2, 0.1])

    found = expected_from_pilot(np.column_stack([rest, without]))

    assert found.without.std() == pytest.approx(share.std(), abs=0.03)
    assert 0 <= buy(found, 7).wrong_with < 0.05


def test_a_pilot_without_repeated_votes_says_nothing() -> None:
    with pytest.raises(ValueError, match="two regions with two votes"):
        expected_from_pilot(np.array([[1, 0, 0, 0, 0], [0, 1, 0, 0, 0]]))
    with pytest.raises(ValueError, match="needs a vote"):
        buy(expected_scores(), 0)


def test_classes_of_means_are_those_of_eq_1() -> None:
    means = np.array([0, 0.8, 0.81, 1.6, 2, 2.4, 2.5, 3.2, 3.21, 4])

    assert classes_of(means).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
