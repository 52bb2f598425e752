"""The global view token of a region (paper, section 4.2, Eq. 2-4; Fig. 3, upper right)."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ml.seagull import encoder
from ml.seagull.attention import AttentionBlock, KeysValues
from ml.seagull.pooling import pool
from ml.seagull.presets import SeagullConfig


class GlobalView(nn.Module):
    """Basic tokens B_j by mask pooling, global tokens G_j by attention to the image, summed over levels and fused.

    As published, the image's tokens are its channels (C_j of them, each a whole map of H_j * W_j cells), one attention
    block serves all four levels, and G comes before B in the concatenation.
    """

    def __init__(self, config: SeagullConfig) -> None:
        super().__init__()
        width, hidden = config.extractor.width, config.language.hidden
        self.basic = nn.ModuleList(nn.Linear(channels, width) for channels in config.encoder.dims)
        self.keys = nn.ModuleList(nn.Linear(cells, width) for cells in encoder.cells(config.encoder))
        self.block = AttentionBlock(width, config.extractor.heads, config.extractor.mlp)
        self.fuse_global = nn.Linear(width, hidden)
        self.fuse_basic = nn.Linear(width, hidden)
        self.fuse = nn.Linear(2 * hidden, hidden)

    def keys_values(self, levels: Sequence[Tensor]) -> tuple[KeysValues, ...]:
        """Four N x C_j x H_j x W_j; needs no region, so it is done once for an image."""
        tokens = [linear(level.flatten(2)) for linear, level in zip(self.keys, levels, strict=True)]
        return tuple(self.block.cross_attention.keys_values(level) for level in tokens)

    def forward(self, levels: Sequence[Tensor], keys_values: Sequence[KeysValues], masks: Tensor) -> Tensor:
        """One image (N = 1) and its R x side x side masks to R x hidden."""
        basic = [linear(pool(level[0], masks)) for linear, level in zip(self.basic, levels, strict=True)]
        seen = [self.block(token, pair) for token, pair in zip(basic, keys_values, strict=True)]
        sum_of_basic, sum_of_seen = torch.stack(basic).sum(dim=0), torch.stack(seen).sum(dim=0)
        fused: Tensor = self.fuse(torch.cat([self.fuse_global(sum_of_seen), self.fuse_basic(sum_of_basic)], dim=1))
        return fused
