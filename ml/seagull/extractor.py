"""The mask-based feature extractor (paper, section 4.2; Fig. 3, right): two tokens for a region."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ml.seagull.attention import KeysValues
from ml.seagull.global_view import GlobalView
from ml.seagull.local_view import LocalView
from ml.seagull.presets import SeagullConfig


class Extractor(nn.Module):
    """The regions of an image are a batch that never meets: a region's tokens are the same alone and beside others."""

    def __init__(self, config: SeagullConfig) -> None:
        super().__init__()
        self.config = config
        self.global_view = GlobalView(config)
        self.local_view = LocalView(config)

    def keys_values(self, levels: Sequence[Tensor]) -> tuple[KeysValues, ...]:
        """Of N images, for each level; everything about an image that does not depend on the region."""
        return self.global_view.keys_values(levels)

    def forward(
        self,
        levels: Sequence[Tensor],
        keys_values: Sequence[KeysValues],
        masks: Tensor,
        crops: Tensor,
        statistics: Tensor,
    ) -> Tensor:
        """R regions of one image (levels 1 x C_j x H_j x W_j, `keys_values` of the same) to R x 2 x hidden.

        The pair is [global, local]; a view that the configuration switches off is zeros (Table 4 of the paper).
        """
        hidden = self.config.language.hidden
        nothing = levels[0].new_zeros(len(masks), hidden)
        overview = self.global_view(levels, keys_values, masks) if self.config.global_view else nothing
        detail = self.local_view(crops, statistics) if self.config.local_view else nothing
        return torch.stack([overview, detail], dim=1)
