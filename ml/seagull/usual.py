"""Numbers of any scale to about -6..6: what a network needs to know about the data before it can read statistics."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Final, Self

import torch
from torch import Tensor, nn

UNUSUAL: Final = 6.0
"""Standard deviations at which a statistic is cut off."""
JITTER: Final = 0.2
"""Standard deviations of noise on each statistic in training: few photographs are learnt by heart otherwise."""
STEADY: Final = 1e-6
"""A statistic that varies less than this in the data is centred but not blown up."""
RAREST: Final = 0.0005
"""Share of the data beyond each of the outermost knots."""


class Usual(nn.Module, ABC):
    """R x S to R x S. Its buffers stay float32 in a half-precision model: they span decades."""

    @abstractmethod
    def fit(self, values: Tensor) -> None:
        """Takes what is usual from M regions' statistics, M x S."""

    @abstractmethod
    def usual(self, values: Tensor) -> Tensor: ...

    def forward(self, values: Tensor) -> Tensor:
        numbers = self.usual(values.float())
        return numbers + JITTER * torch.randn_like(numbers) if self.training else numbers

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        exact = dict(self.named_buffers())
        super()._apply(fn, recurse)  # type: ignore[no-untyped-call]
        for name, buffer in self.named_buffers():
            if buffer.dtype != torch.float32:
                setattr(self, name, exact[name].to(buffer.device))
        return self


class Standardise(Usual):
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

    def usual(self, values: Tensor) -> Tensor:
        return ((values - self.mean) / self.scale).clamp(-UNUSUAL, UNUSUAL)


class Deviates(Usual):
    """Each number as the normal deviate of its rank in the data, which no long tail can squeeze.

    Between two of the data's quantiles in proportion; equal quantiles share a deviate. Before it is fitted, numbers stay
    what they are.
    """

    knots: Tensor
    deviates: Tensor

    def __init__(self, numbers: int, knots: int) -> None:
        super().__init__()
        self.register_buffer("knots", torch.linspace(-UNUSUAL, UNUSUAL, knots).repeat(numbers, 1))
        self.register_buffer("deviates", self.knots.clone())

    def fit(self, values: Tensor) -> None:
        end = float(torch.special.ndtri(torch.tensor(1.0 - RAREST, dtype=torch.float64)))
        deviates = torch.linspace(-end, end, self.knots.shape[1], dtype=torch.float64)
        shares = torch.special.ndtr(deviates).to(values.device)
        for number, column in enumerate(values.double().sort(dim=0).values.T):
            self.knots[number] = _quantiles(column, shares)
            self.deviates[number] = torch.special.ndtri(_middles(self.knots[number], shares))

    def usual(self, values: Tensor) -> Tensor:
        columns = values.T.contiguous()
        above = torch.searchsorted(self.knots, columns, right=True).clamp(1, self.knots.shape[1] - 1)
        (low, high), (first, second) = (
            (of.gather(1, above - 1), of.gather(1, above)) for of in (self.knots, self.deviates)
        )
        share = ((columns - low) / (high - low).clamp(min=torch.finfo(torch.float32).tiny)).clamp(0.0, 1.0)
        return torch.lerp(first, second, share).T


def _quantiles(ordered: Tensor, shares: Tensor) -> Tensor:
    """Between two of the ordered numbers in proportion; torch's own takes no more than 16 million."""
    places = shares * (len(ordered) - 1)
    below = places.floor().long()
    return torch.lerp(ordered[below], ordered[(below + 1).clamp(max=len(ordered) - 1)], places - below)


def _middles(knots: Tensor, shares: Tensor) -> Tensor:
    """Of equal knots the middle of their shares, which is the mean rank of the data there."""
    first = torch.searchsorted(knots, knots).to(shares.device)
    last = torch.searchsorted(knots, knots, right=True).to(shares.device) - 1
    return (shares[first] + shares[last]) / 2
