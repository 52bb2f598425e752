"""What training makes small: cross-entropy at the answers' words, and the distance of the direct heads' answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor
from torch.nn import functional

from ml.records.region import RegionRecord
from ml.seagull.heads import HeadScores
from ml.vocabulary import DISTORTIONS, SEVERITIES, level_of_mean

NONE = len(SEVERITIES)
UNKNOWN = -1
"""A distortion that is there with a severity nobody noted."""
NEAR = 0.5
"""Levels within which an error counts by its square."""
FEWEST = 8
"""Regions below which a correlation says nothing."""


@dataclass(frozen=True)
class Labels:
    """R regions: means of 0..4, and R x 6 of extreme 0 .. trivial 4, none 5, or UNKNOWN."""

    quality: Tensor
    importance: Tensor
    distortions: Tensor

    @classmethod
    def of(cls, records: Sequence[RegionRecord], device: torch.device | str = "cpu") -> Self:
        levels = [[_level(record, name) for name in DISTORTIONS] for record in records]
        return cls(
            torch.tensor([record.quality for record in records], device=device),
            torch.tensor([record.importance for record in records], device=device),
            torch.tensor(levels, device=device),
        )

    @property
    def there(self) -> Tensor:
        """R x 6: which distortions a region has, of whatever severity."""
        return self.distortions != NONE


def language_loss(logits: Tensor, said: Tensor, weights: Tensor) -> Tensor:
    """K x vocabulary, K ids and K weights: the weighted mean of the cross-entropies."""
    return (functional.cross_entropy(logits.float(), said, reduction="none") * weights).sum() / weights.sum()


def expected_loss(logits: Tensor, means: Tensor) -> Tensor:
    """K x levels, of K choices on one scale, and the means that their expectations should be."""
    levels = torch.arange(logits.shape[1], dtype=torch.float32, device=logits.device)
    said = logits.float().softmax(dim=1) @ levels
    distance = functional.smooth_l1_loss(said, means, beta=NEAR)
    return distance if len(means) < FEWEST else distance + 0.5 * (1.0 - correlation(said, means))


def scores_loss(scores: HeadScores, labels: Labels) -> Tensor:
    quality = functional.smooth_l1_loss(scores.quality.float(), labels.quality, beta=NEAR)
    importance = functional.smooth_l1_loss(scores.importance.float(), labels.importance, beta=NEAR)
    return quality + importance


def correlation_loss(scores: HeadScores, labels: Labels) -> Tensor:
    """Two minus both Pearson correlations within the batch; 0 for a batch too small to have one."""
    if len(labels.quality) < FEWEST:
        return scores.quality.float().sum() * 0.0
    quality = correlation(scores.quality.float(), labels.quality)
    return 2.0 - quality - correlation(scores.importance.float(), labels.importance)


def correlation(a: Tensor, b: Tensor) -> Tensor:
    """Pearson's; 0, with gradient 0, where one of them does not vary."""
    return functional.cosine_similarity(a - a.mean(), b - b.mean(), dim=0, eps=1e-6)


def distortions_loss(scores: HeadScores, labels: Labels) -> Tensor:
    """Cross-entropy over the levels and none; of an unknown severity only that it is not none."""
    log = scores.distortions.float().log_softmax(dim=2)
    known = labels.distortions != UNKNOWN
    of_level = log.gather(2, labels.distortions.clamp(min=0)[..., None])[..., 0]
    present = log[..., :NONE].logsumexp(dim=2)
    return -torch.where(known, of_level, present).mean()


def types_loss(odds: Tensor, there: Tensor) -> Tensor:
    """R x 6 log odds that a distortion is there, and which are: cross-entropy over the six and clean.

    The odds are taken as independent, given that no second one is there: regions with several have no part in it. 0 where
    all have several.
    """
    several = there.sum(dim=1) > 1
    if several.all():
        return odds.sum() * 0.0
    log = functional.pad(odds.float(), (0, 1)).log_softmax(dim=1)
    kind = torch.where(there.any(dim=1), there.int().argmax(dim=1), len(DISTORTIONS))
    return functional.nll_loss(log[~several], kind[~several])


def odds_loss(odds: Tensor, wanted: Tensor) -> Tensor:
    """K x 6 log odds, and those that they should be: cross-entropy of six yes-or-no answers."""
    return (
        functional.binary_cross_entropy_with_logits(odds.float(), wanted.sigmoid(), reduction="none").sum(dim=1).mean()
    )


def odds_of(scores: HeadScores) -> Tensor:
    """R x 6 log odds that a distortion is there, at whatever level."""
    logits = scores.distortions.float()
    return logits[..., :NONE].logsumexp(dim=2) - logits[..., NONE]


def _level(record: RegionRecord, name: str) -> int:
    if name not in record.distortions:
        return NONE
    severity = record.distortions[name]
    return UNKNOWN if severity is None else level_of_mean(severity)
