"""The local view token of a region (paper, section 4.2; Fig. 3, lower right)."""

from itertools import pairwise
from typing import Final, cast

import torch
from torch import Tensor, nn

from ml.seagull.attention import LoneAttention
from ml.seagull.presets import SeagullConfig
from ml.seagull.usual import Deviates, Standardise, Usual

POOLED: Final = 4
"""Each of the two average poolings; together they shrink the crop 16 times."""
CROPS_AT_ONCE: Final = 4
"""The maps of more crops leave a processor's cache: 32 in one go take ten times as long as 32 in eight."""

FLAT: Final = 0.03
"""Spread of the maps below which a crop counts as flat: the norm must not make a picture of its noise."""


class Committee(nn.ModuleList):
    """Says the mean of what its members say."""

    def forward(self, numbers: Tensor) -> Tensor:
        return torch.stack([member(numbers) for member in self]).mean(dim=0)


class LocalView(nn.Module):
    """The "two CNNs", self-attention over their single token, and an MLP; as published none has a residual or a norm.

    As published, the convolutions are 1x1, so all the shape they see is the mean over 16 x 16 pixels. Where the
    configuration says so, statistics of the region's pixels are an input of their own, added to the token.
    """

    def __init__(self, config: SeagullConfig) -> None:
        super().__init__()
        hidden, out = config.extractor.local_hidden, config.language.hidden
        width = (config.encoder.side // POOLED**2) ** 2
        self.cnn = nn.Sequential(
            *(nn.Conv2d(3, 5, 1), nn.GELU(), nn.AvgPool2d(POOLED)),
            *(nn.Conv2d(5, 1, 1), nn.GELU(), nn.AvgPool2d(POOLED)),
        )
        lively = config.extractor.lively_crop
        self.norm = nn.LayerNorm(width, eps=FLAT**2) if lively else nn.Identity()
        self.attention = LoneAttention(width)
        self.mlp = nn.Sequential(*_linears(width, hidden, hidden, out, activation=nn.GELU if lively else nn.ReLU))
        self.statistics: nn.Sequential | None = None
        if numbers := config.extractor.statistics:
            readers, knots = config.extractor.readers, config.extractor.knots
            stacks = [_linears(numbers, 2 * hidden, hidden, out, activation=nn.GELU) for _ in range(readers)]
            layers = stacks[0] if readers == 1 else [Committee(nn.Sequential(*stack) for stack in stacks)]
            self.statistics = nn.Sequential(Deviates(numbers, knots) if knots else Standardise(numbers), *layers)

    def fit_statistics(self, values: Tensor) -> None:
        """Takes what is usual from M regions' statistics, M x S; before training, once."""
        if self.statistics is None:
            raise ValueError("this configuration reads no statistics of regions")
        cast(Usual, self.statistics[0]).fit(values)

    def readers(self) -> list[nn.Module]:
        """Each takes R x S statistics as `usual` gives them to R x hidden; none where no statistics are read."""
        if self.statistics is None:
            return []
        layers = self.statistics[1]
        return list(layers) if isinstance(layers, Committee) else [self.statistics[1:]]

    def forward(self, crops: Tensor, statistics: Tensor) -> Tensor:
        """R x 3 x side x side and R x S (S may be 0) to R x hidden."""
        weight = self.attention.value.weight
        maps = torch.cat([self.cnn(few.to(weight.dtype)) for few in torch.split(crops, CROPS_AT_ONCE)])
        token: Tensor = self.mlp(self.attention(self.norm(maps.flatten(1))))
        if self.statistics is not None:
            usual = self.statistics[0](statistics).to(weight.dtype)
            token = token + self.statistics[1:](usual)
        return token


def _linears(*widths: int, activation: type[nn.Module]) -> list[nn.Module]:
    """Linear layers with an activation between two, none at the end."""
    layers: list[nn.Module] = []
    for wide, next_wide in pairwise(widths):
        layers += [nn.Linear(wide, next_wide), activation()]
    return layers[:-1]
