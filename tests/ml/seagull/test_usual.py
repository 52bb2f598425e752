import numpy as np
import pytest
import torch

from ml.evaluation.kernel_ridge import Ranks
from ml.seagull.usual import JITTER, UNUSUAL, Deviates, Standardise, Usual

OF_ANY_SCALE = torch.tensor([1e-3, 1.0, 30.0, 1e4, 0.0])
PLACES = torch.tensor([1.0, 0.0, -5.0, 1e5, 7.0])


@pytest.mark.parametrize("usual", [Standardise(5), Deviates(5, 65)], ids=["standardise", "deviates"])
def test_fitted_statistics_are_centred_and_of_unit_spread(usual: Usual) -> None:
    torch.manual_seed(1)
    values = torch.randn(5000, 5) * OF_ANY_SCALE + PLACES

    usual.fit(values)

    numbers = usual.eval()(values)
    torch.testing.assert_close(numbers.mean(dim=0), torch.zeros(5), rtol=0, atol=1e-2)
    torch.testing.assert_close(numbers.std(dim=0), torch.tensor([1.0, 1, 1, 1, 0]), rtol=0, atol=2e-2)


def test_deviates_are_those_of_the_ranks() -> None:
    torch.manual_seed(1)
    values = torch.randn(20_000, 3).exp() ** torch.tensor([1.0, 4.0, 0.1])
    usual, wanted = Deviates(3, 65), Ranks.of(values.double().numpy())
    usual.fit(values)

    found = usual.eval()(values[:500]).double().numpy()

    farthest = float(usual.deviates.max())
    expected = wanted(values[:500].double().numpy()).clip(-farthest, farthest)
    np.testing.assert_allclose(found, expected, atol=0.1)


def test_equal_numbers_share_a_deviate_and_those_between_lie_between() -> None:
    usual = Deviates(1, 65)
    usual.fit(torch.tensor([0.0] * 700 + [1.0] * 300)[:, None])

    none, half, one, beyond = usual.eval()(torch.tensor([[0.0], [0.5], [1.0], [9.0]]))[:, 0].tolist()

    assert none < half < one
    assert half == pytest.approx((none + one) / 2)
    assert one == beyond


@pytest.mark.parametrize("usual", [Standardise(2), Deviates(2, 33)], ids=["standardise", "deviates"])
def test_an_unheard_of_statistic_is_cut_off(usual: Usual) -> None:
    torch.manual_seed(1)
    usual.fit(torch.randn(1000, 2))

    (high, low), (lower, higher) = usual.eval()(torch.tensor([[1e9, -1e9], [-1e20, 1e20]])).tolist()

    assert (high, low) == (higher, lower)
    assert 3.0 < high <= UNUSUAL
    assert -UNUSUAL <= low < -3.0


@pytest.mark.parametrize("usual", [Standardise(2), Deviates(2, 33)], ids=["standardise", "deviates"])
def test_statistics_are_shaken_in_training_only(usual: Usual) -> None:
    torch.manual_seed(1)
    usual.fit(torch.randn(1000, 2))
    numbers = torch.zeros(4000, 2)

    steady = usual.eval()(numbers)

    assert torch.equal(steady, usual(numbers))
    assert float((usual.train()(numbers) - steady).std()) == pytest.approx(JITTER, rel=0.1)


def test_a_region_is_read_the_same_alone_and_beside_others() -> None:
    torch.manual_seed(1)
    usual, values = Deviates(4, 33), torch.randn(50, 4)
    usual.fit(values)

    together = usual.eval()(values)

    assert torch.equal(together, torch.cat([usual(row[None]) for row in values]))
    assert usual(values[:0]).shape == (0, 4)


@pytest.mark.parametrize("usual", [Standardise(3), Deviates(3, 33)], ids=["standardise", "deviates"])
def test_before_it_is_fitted_numbers_stay_what_they_are(usual: Usual) -> None:
    values = torch.tensor([[-5.0, 0.1, 3.3], [2.0, -0.7, 0.0]])

    torch.testing.assert_close(usual.eval()(values), values)
