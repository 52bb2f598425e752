import pytest
import torch
from scipy.stats import spearmanr
from torch import nn

from ml.records.region import RegionRecord
from ml.seagull.network import Seagull, build
from ml.seagull.presets import TINY
from ml.seagull.tokens import WordTokens
from ml.training.numbers import learn_numbers, scores_of
from ml.training.recipes import DIRECT
from tests.ml.training.test_losses import region

REGIONS = 96


@pytest.fixture
def seagull() -> Seagull:
    torch.manual_seed(1)
    return build(TINY, WordTokens.of_this_project())


@pytest.fixture
def numbers() -> torch.Tensor:
    return torch.randn(REGIONS, TINY.extractor.statistics, generator=torch.Generator().manual_seed(2))


def labelled(numbers: torch.Tensor) -> list[RegionRecord]:
    """Quality follows the first number."""
    return [region(float(torch.sigmoid(row[0]) * 4), 2.0) for row in numbers]


def learnt(seagull: Seagull, numbers: torch.Tensor) -> torch.Tensor:
    seagull.extractor.local_view.fit_statistics(numbers)
    learn_numbers(seagull, numbers, labelled(numbers), DIRECT, epochs=60, seed=3)
    reader, heads = seagull.eval().extractor.local_view.statistics, seagull.heads
    assert reader is not None
    assert heads is not None
    return scores_of(reader, heads, numbers).quality.detach()


def test_what_the_statistics_say_is_learnt(seagull: Seagull, numbers: torch.Tensor) -> None:
    quality = learnt(seagull, numbers)

    assert spearmanr(quality, numbers[:, 0])[0] > 0.9


def test_the_same_seed_learns_the_same(numbers: torch.Tensor) -> None:
    both = []
    for _ in range(2):
        torch.manual_seed(1)
        both.append(learnt(build(TINY, WordTokens.of_this_project()), numbers))

    assert torch.equal(*both)


def test_what_the_layers_knew_before_is_forgotten(seagull: Seagull, numbers: torch.Tensor) -> None:
    torch.manual_seed(2)
    other = build(TINY, WordTokens.of_this_project())

    assert torch.equal(learnt(seagull, numbers), learnt(other, numbers))


def test_each_reader_is_understood_by_itself_and_their_mean_errs_less(seagull: Seagull, numbers: torch.Tensor) -> None:
    wanted = torch.tensor([record.quality for record in labelled(numbers)])
    together = float((learnt(seagull, numbers) - wanted).abs().mean())

    local, heads = seagull.extractor.local_view, seagull.heads
    assert local.statistics is not None
    assert heads is not None
    usual, readers = local.statistics[0], local.readers()
    alone = [scores_of(nn.Sequential(usual, reader), heads, numbers).quality.detach() for reader in readers]

    assert [bool(spearmanr(one, numbers[:, 0])[0] > 0.9) for one in alone] == [True] * TINY.extractor.readers
    assert together < sum(float((one - wanted).abs().mean()) for one in alone) / len(alone)


def test_the_parts_that_see_pixels_start_silent(seagull: Seagull, numbers: torch.Tensor) -> None:
    learnt(seagull, numbers)

    assert float(seagull.extractor.global_view.fuse.weight.detach().abs().max()) == 0.0
    assert float(seagull.extractor.local_view.mlp[-1].weight.detach().abs().max()) == 0.0
