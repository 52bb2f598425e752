"""The local view token of a region (paper, section 4.2; Fig. 3, lower right)."""

from collections.abc import Callable
from itertools import pairwise
from typing import Final, Self, cast

import torch
from torch import Tensor, nn

from ml.seagull.attention import LoneAttention
from ml.seagull.presets import SeagullConfig

POOLED: Final = 4
"""Each of the two average poolings; together they shrink the crop 16 times."""
CROPS_AT_ONCE: Final = 4
"""The maps of more crops leave a processor's cache: 32 in one go take ten times as long as 32 in eight."""
UNUSUAL: Final = 6.0
"""Standard deviations at which a statistic is cut off."""
JITTER: Final = 0.2
"""Standard deviations of noise on each statistic in training: few photographs are learnt by heart otherwise."""
STEADY: Final = 1e-6
"""A statistic that varies less than this in the data is centred but not blown up."""


class LocalView(nn.Module):
    """The "two CNNs", self-attention over their single token, and an MLP; none has a residual or a norm.

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
        self.attention = LoneAttention(width)
        self.mlp = nn.Sequential(*_linears(width, hidden, hidden, out, activation=nn.ReLU))
        self.statistics: nn.Sequential | None = None
        if numbers := config.extractor.statistics:
            layers = _linears(numbers, 2 * hidden, hidden, out, activation=nn.GELU)
            self.statistics = nn.Sequential(Standardise(numbers), *layers)

    def fit_statistics(self, values: Tensor) -> None:
        """Takes mean and spread from M regions' statistics, M x S; before training, once."""
        if self.statistics is None:
            raise ValueError("this configuration reads no statistics of regions")
        cast(Standardise, self.statistics[0]).fit(values)

    def forward(self, crops: Tensor, statistics: Tensor) -> Tensor:
        """R x 3 x side x side and R x S (S may be 0) to R x hidden."""
        weight = self.attention.value.weight
        maps = torch.cat([self.cnn(few.to(weight.dtype)) for few in torch.split(crops, CROPS_AT_ONCE)])
        token: Tensor = self.mlp(self.attention(maps.flatten(1)))
        if self.statistics is not None:
            usual = self.statistics[0](statistics).to(weight.dtype)
            token = token + self.statistics[1:](usual)
        return token


class Standardise(nn.Module):
    """Numbers of any scale to about -6..6. Its buffers stay float32 in a half-precision model: they span decades."""

    mean: Tensor
    scale: Tensor

    def __init__(self, numbers: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(numbers))
        self.register_buffer("scale", torch.ones(numbers))

    def fit(self, values: Tensor) -> None:
        spread, mean = torch.std_mean(values.double(), dim=0, correction=0)
        self.mean.copy_(mean)
        self.scale.copy_(torch.where(spread > STEADY, spread, torch.ones_like(spread)))

    def forward(self, values: Tensor) -> Tensor:
        numbers = ((values.float() - self.mean) / self.scale).clamp(-UNUSUAL, UNUSUAL)
        return numbers + JITTER * torch.randn_like(numbers) if self.training else numbers

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        exact = self.mean, self.scale
        super()._apply(fn, recurse)  # type: ignore[no-untyped-call]
        if self.mean.dtype != torch.float32:
            self.mean, self.scale = (buffer.to(self.mean.device) for buffer in exact)
        return self


def _linears(*widths: int, activation: type[nn.Module]) -> list[nn.Module]:
    """Linear layers with an activation between two, none at the end."""
    layers: list[nn.Module] = []
    for wide, next_wide in pairwise(widths):
        layers += [nn.Linear(wide, next_wide), activation()]
    return layers[:-1]
