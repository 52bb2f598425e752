"""What training makes small."""

import math
from pathlib import Path

import pytest
import torch

from ml.records.region import RegionRecord
from ml.seagull.heads import HeadScores
from ml.training.losses import (
    Labels,
    correlation,
    correlation_loss,
    distortions_loss,
    expected_loss,
    language_loss,
    odds_loss,
    odds_of,
    scores_loss,
    types_loss,
)


def region(quality: float, importance: float, **distortions: float | None) -> RegionRecord:
    return RegionRecord("1", Path("a.png"), "a", "train", (8, 8), "", quality, importance, distortions)


def scores(quality: list[float], importance: list[float], distortions: torch.Tensor | None = None) -> HeadScores:
    logits = torch.zeros(len(quality), 6, 6) if distortions is None else distortions
    return HeadScores(torch.tensor(quality), torch.tensor(importance), logits)


def test_labels_hold_levels_none_and_unknown_in_the_order_of_the_scales() -> None:
    labels = Labels.of([region(3.0, 1.0, noise=0.5, blur=None, compression=4.0)])

    assert labels.distortions.tolist() == [[5, 0, -1, 5, 5, 4]]


def test_right_scores_cost_nothing() -> None:
    labels = Labels.of([region(3.0, 1.0), region(0.5, 4.0)])

    assert scores_loss(scores([3.0, 0.5], [1.0, 4.0]), labels) == 0.0
    assert scores_loss(scores([3.5, 0.5], [1.0, 4.0]), labels) > 0.0


def test_scores_in_the_right_order_and_ratio_cost_no_correlation() -> None:
    labels = Labels.of([region(level / 2, 4 - level / 2) for level in range(8)])
    half = [level / 4 for level in range(8)]

    loss = correlation_loss(scores(half, half[::-1]), labels)

    assert float(loss) == pytest.approx(0.0, abs=1e-6)


def test_equal_scores_have_no_correlation_and_a_finite_gradient() -> None:
    same = torch.full((8,), 2.0, requires_grad=True)

    value = correlation(same, torch.arange(8.0))
    value.backward()

    assert value == 0.0
    assert same.grad is not None
    assert same.grad.isfinite().all()


def test_few_regions_have_no_correlation() -> None:
    labels = Labels.of([region(1.0, 1.0), region(2.0, 3.0)])

    assert correlation_loss(scores([4.0, 0.0], [4.0, 0.0]), labels) == 0.0


def test_an_unknown_severity_asks_only_for_presence() -> None:
    labels = Labels.of([region(1.0, 1.0, exposure=None)])
    sure_of_none = torch.zeros(1, 6, 6)
    sure_of_none[:, 1:, 5] = 50.0
    some_level, other_level = sure_of_none.clone(), sure_of_none.clone()
    some_level[0, 0, 1], other_level[0, 0, 4] = 50.0, 50.0

    losses = [float(distortions_loss(scores([1.0], [1.0], logits), labels)) for logits in (some_level, other_level)]

    assert losses == pytest.approx([0.0, 0.0], abs=1e-6)


def test_a_known_severity_asks_for_its_level() -> None:
    labels = Labels.of([region(1.0, 1.0, exposure=1.0)])
    logits = torch.zeros(1, 6, 6)
    logits[:, 1:, 5] = 50.0
    logits[0, 0, 4] = 50.0

    assert distortions_loss(scores([1.0], [1.0], logits), labels) > 5.0


def test_words_whose_expectation_is_the_mean_cost_nothing() -> None:
    certain = 100 * torch.eye(5)[[0, 2, 4, 1, 3, 2, 0, 4]]
    between = torch.zeros(1, 5)

    assert expected_loss(certain, torch.tensor([0.0, 2, 4, 1, 3, 2, 0, 4])) == pytest.approx(0.0, abs=1e-6)
    assert expected_loss(between, torch.tensor([2.0])) == 0.0
    assert expected_loss(between, torch.tensor([3.0])) == pytest.approx(0.75)


def test_expectations_in_the_wrong_order_cost_more_than_the_same_distance_in_the_right_one() -> None:
    truth = torch.tensor([1.0, 3.0] * 4)
    said = 100 * torch.eye(5)

    right, wrong = expected_loss(said[[0, 4] * 4], truth), expected_loss(said[[2, 2] * 4], truth)

    assert float(right) == pytest.approx(0.75, abs=1e-6)
    assert float(wrong) == pytest.approx(0.75 + 0.5, abs=1e-6)


def test_the_language_loss_is_a_weighted_mean() -> None:
    logits = torch.tensor([[100.0, 0.0], [100.0, 0.0]])

    loss = language_loss(logits, torch.tensor([0, 1]), torch.tensor([3.0, 1.0]))

    assert float(loss) == pytest.approx(25.0)


def test_the_right_type_costs_nothing_and_clean_is_one_of_seven() -> None:
    there = torch.eye(6, dtype=torch.bool)
    sure = torch.where(there, 30.0, -30.0)
    clean = torch.zeros(1, 6, dtype=torch.bool)

    assert float(types_loss(torch.cat([sure, torch.full((1, 6), -30.0)]), torch.cat([there, clean]))) == pytest.approx(
        0.0
    )
    assert float(types_loss(torch.zeros(1, 6), clean)) == pytest.approx(math.log(7))


def test_regions_with_several_types_have_no_part_in_the_loss_of_types() -> None:
    one, two = torch.tensor([[True, *[False] * 5]]), torch.tensor([[True, True, *[False] * 4]])
    odds = torch.randn(2, 6, generator=torch.Generator().manual_seed(1)).requires_grad_(True)

    assert torch.equal(types_loss(odds, torch.cat([one, two])), types_loss(odds[:1], one))
    none_left = types_loss(odds, torch.cat([two, two]))
    none_left.backward()
    assert none_left.item() == 0.0
    assert odds.grad is not None
    assert not odds.grad.any()


def test_the_odds_of_a_type_are_those_of_all_its_levels() -> None:
    logits = torch.zeros(1, 6, 6)

    assert torch.allclose(odds_of(scores([1.0], [1.0], logits)), torch.full((1, 6), math.log(5)))


def test_odds_that_are_as_wanted_cost_least_and_learn_nothing() -> None:
    wanted = torch.tensor([[2.0, -1.0, 0.0, 3.0, -4.0, 0.5]])
    odds = wanted.clone().requires_grad_(True)

    loss = odds_loss(odds, wanted)
    loss.backward()

    shares = wanted.sigmoid()
    least = -(shares * shares.log() + (1 - shares) * (1 - shares).log()).sum()
    torch.testing.assert_close(loss.detach(), least)
    torch.testing.assert_close(odds.grad, torch.zeros(1, 6), rtol=0, atol=1e-7)
    assert float(odds_loss(wanted + 1.0, wanted)) > float(loss.detach())
