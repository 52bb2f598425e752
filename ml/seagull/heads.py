"""Direct answers from a region's two tokens: a second loss that starts a small model before its sentences do."""

from typing import Final, NamedTuple

from torch import Tensor, nn

from ml.seagull.presets import SeagullConfig
from ml.vocabulary import DISTORTIONS, SEVERITIES

BEST: Final = 4.0
CHOICES: Final = len(SEVERITIES) + 1
"""extreme .. trivial, then none."""


class HeadScores(NamedTuple):
    """`quality` and `importance` are R of 0..4; `distortions` R x 6 x 6 logits: DISTORTIONS x (SEVERITIES, none)."""

    quality: Tensor
    importance: Tensor
    distortions: Tensor


class Heads(nn.Module):
    def __init__(self, config: SeagullConfig) -> None:
        super().__init__()
        hidden = config.language.hidden
        self.trunk = nn.Sequential(nn.Linear(2 * hidden, hidden), nn.GELU())
        self.quality = nn.Linear(hidden, 1)
        self.importance = nn.Linear(hidden, 1)
        self.distortions = nn.Linear(hidden, len(DISTORTIONS) * CHOICES)

    def forward(self, tokens: Tensor) -> HeadScores:
        """R x 2 x hidden, the extractor's output."""
        features = self.trunk(tokens.flatten(1))
        return HeadScores(
            quality=BEST * self.quality(features)[:, 0].sigmoid(),
            importance=BEST * self.importance(features)[:, 0].sigmoid(),
            distortions=self.distortions(features).reshape(len(tokens), len(DISTORTIONS), CHOICES),
        )
