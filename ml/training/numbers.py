"""A stage's first lesson: the statistics of regions alone, which cost nothing to look at again and again.

They teach the direct heads and the local view most of what can be learnt without pixels, in minutes; the parts that look
at pixels start silent and add to that what they find.
"""

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor, nn
from torch.optim import AdamW

from ml.records.region import RegionRecord
from ml.seagull.heads import Heads, HeadScores
from ml.seagull.network import Seagull
from ml.training.losses import Labels, correlation_loss, distortions_loss, odds_of, scores_loss, types_loss
from ml.training.recipes import Weights
from ml.training.schedule import share_of_rate

BATCH: Final = 128
RATE: Final = 2e-3
DECAY: Final = 0.1
WARMUP: Final = 0.05


def learn_numbers(
    seagull: Seagull,
    statistics: Tensor,
    records: Sequence[RegionRecord],
    weights: Weights,
    *,
    epochs: int,
    seed: int,
    anew: bool = True,
) -> None:
    """Trains the statistics' layers and the heads in place; `statistics` is M x S, in the order of M records.

    `anew`: they begin with new random weights, for what they knew of photographs that they met often holds for no others.
    Each of several readers learns to be understood by itself: their mean then errs less. Raises ValueError for a network
    without heads or statistics.
    """
    local, heads = seagull.extractor.local_view, seagull.heads
    if heads is None or local.statistics is None:
        raise ValueError(f"preset {seagull.config.preset} has no heads or reads no statistics of regions")
    layers = nn.ModuleList([local.statistics, heads]).train().requires_grad_(True)
    torch.manual_seed(seed)
    if anew:
        _renew(layers)
        _silence(seagull)
    usual, readers = local.statistics[0], local.readers()
    statistics, labels = statistics.to(seagull.device), Labels.of(records, seagull.device)
    optimizer = AdamW(layers.parameters(), lr=RATE, weight_decay=DECAY)
    chance = torch.Generator().manual_seed(seed)
    batches = [
        batch for _ in range(epochs) for batch in torch.split(torch.randperm(len(records), generator=chance), BATCH)
    ]
    for number, batch in enumerate(batches):
        for group in optimizer.param_groups:
            group["lr"] = RATE * share_of_rate(number / len(batches), WARMUP)
        rows = batch.to(seagull.device)
        part = Labels(labels.quality[rows], labels.importance[rows], labels.distortions[rows])
        losses = [_loss(_said(heads, reader(usual(statistics[rows]))), part, weights) for reader in readers]
        torch.stack(losses).mean().backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        optimizer.zero_grad()


def scores_of(reader: nn.Module, heads: Heads, statistics: Tensor) -> HeadScores:
    """What the heads say of a region by its statistics alone."""
    return _said(heads, reader(statistics))


def _said(heads: Heads, token: Tensor) -> HeadScores:
    scores: HeadScores = heads(torch.stack([torch.zeros_like(token), token], dim=1))
    return scores


def _loss(scores: HeadScores, labels: Labels, weights: Weights) -> Tensor:
    return (
        weights.scores * scores_loss(scores, labels)
        + weights.correlation * correlation_loss(scores, labels)
        + weights.distortions * distortions_loss(scores, labels)
        + weights.types * types_loss(odds_of(scores), labels.there)
    )


def _renew(layers: nn.Module) -> None:
    for layer in layers.modules():
        if isinstance(layer, nn.Linear):
            layer.reset_parameters()


@torch.no_grad()
def _silence(seagull: Seagull) -> None:
    """The last layers of both views that see pixels give nothing at first, and learn at once."""
    for layer in (seagull.extractor.global_view.fuse, seagull.extractor.local_view.mlp[-1]):
        for parameter in layer.parameters():
            parameter.zero_()
