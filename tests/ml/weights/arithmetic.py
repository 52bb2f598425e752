"""What the published network computes, in plain functions of the published tensors: an oracle that knows no module.

One image and one region at a time, as the published inference does; numbers in float32.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional as f

VISUAL = "model.vision_tower.vision_tower.visual.trunk."


class Published:
    def __init__(self, tensors: Mapping[str, Tensor], heads: int) -> None:
        self.tensors, self.heads = tensors, heads

    def levels(self, pixels: Tensor) -> list[Tensor]:
        """1 x 3 x side x side to res2, res3, res4, res5, each C x H x W."""
        x = self._norm2d(self._conv(pixels, f"{VISUAL}stem.0", stride=4), f"{VISUAL}stem.1")
        levels = []
        for stage in range(4):
            if stage:
                there = f"{VISUAL}stages.{stage}.downsample."
                x = self._conv(self._norm2d(x, f"{there}0"), f"{there}1", stride=2)
            block = 0
            while f"{VISUAL}stages.{stage}.blocks.{block}.gamma" in self.tensors:
                x = x + self._block(x, f"{VISUAL}stages.{stage}.blocks.{block}.")
                block += 1
            levels.append(x[0])
        return levels

    def image_tokens(self, res4: Tensor) -> Tensor:
        """C x H x W to H*W x hidden."""
        cells = res4.flatten(1).T
        return self._linear(f.gelu(self._linear(cells, "model.mm_projector.0")), "model.mm_projector.2")

    def region_tokens(self, levels: Sequence[Tensor], mask: Tensor, crop: Tensor) -> Tensor:
        """`mask` side x side of 0 and 1, `crop` 3 x side x side, to 2 x hidden: <global>, <local>."""
        basic, seen = [], []
        for number, level in enumerate(levels, start=2):
            pooled = self._pool(level, mask)
            basic.append(self._linear(pooled[None], f"mask_extractor.res{number}"))
            channels = self._linear(level.flatten(1), f"mask_extractor.g_res{number}")
            seen.append(self._look(basic[-1], channels))
        cross = self._linear(torch.stack(seen).sum(dim=0), "mask_extractor.cross_feat_linear")
        own = self._linear(torch.stack(basic).sum(dim=0), "mask_extractor.feat_linear")
        overview = self._linear(torch.cat([cross, own], dim=1), "mask_extractor.final_mlp")
        return torch.cat([overview, self._local(crop)])

    def _pool(self, level: Tensor, mask: Tensor) -> Tensor:
        inside = f.interpolate(mask[None, None], size=level.shape[1:], mode="bilinear", align_corners=False)[0, 0] > 0
        return (level * inside).sum(dim=(1, 2)) / (inside.sum() + 1e-8)

    def _look(self, query: Tensor, channels: Tensor) -> Tensor:
        """The decoder block that all four levels share: 1 x width and C x width to 1 x width."""
        place = "mask_extractor.cross_att_res."
        x = self._norm(query + self._attend(query, query, f"{place}self_attn."), f"{place}norm1")
        x = self._norm(x + self._attend(x, channels, f"{place}cross_attn."), f"{place}norm2")
        return x + self._linear(self._linear(x, f"{place}mlp.lin1").relu(), f"{place}mlp.lin2")

    def _local(self, crop: Tensor) -> Tensor:
        x = f.avg_pool2d(f.gelu(self._conv(crop[None], "mask_extractor.global_vit.0")), 4)
        x = f.avg_pool2d(f.gelu(self._conv(x, "mask_extractor.global_vit.3")), 4).flatten(1)
        x = self._attend(x, x, "mask_extractor.sa.")
        for layer in (0, 1):
            x = self._linear(x, f"mask_extractor.mlp.layers.{layer}").relu()
        return self._linear(x, "mask_extractor.mlp.layers.2")

    def _attend(self, queries: Tensor, others: Tensor, place: str) -> Tensor:
        """All four projections, although query and key do nothing where `others` is one token."""
        query = self._heads(self._linear(queries, f"{place}q_proj"))
        key = self._heads(self._linear(others, f"{place}k_proj"))
        value = self._heads(self._linear(others, f"{place}v_proj"))
        shares = (query @ key.transpose(1, 2) / query.shape[-1] ** 0.5).softmax(dim=-1)
        return self._linear((shares @ value).transpose(0, 1).flatten(1), f"{place}out_proj")

    def _heads(self, tokens: Tensor) -> Tensor:
        return tokens.reshape(len(tokens), self.heads, -1).transpose(0, 1)

    def _block(self, x: Tensor, place: str) -> Tensor:
        x = self._norm(
            self._conv(x, f"{place}conv_dw", padding=3, groups=x.shape[1]).movedim(1, -1), f"{place}norm", 1e-6
        )
        x = self._linear(f.gelu(self._linear(x, f"{place}mlp.fc1")), f"{place}mlp.fc2")
        return (x * self.tensors[f"{place}gamma"].float()).movedim(-1, 1)

    def _norm2d(self, x: Tensor, name: str) -> Tensor:
        return self._norm(x.movedim(1, -1), name, 1e-6).movedim(-1, 1)

    def _norm(self, x: Tensor, name: str, eps: float = 1e-5) -> Tensor:
        return f.layer_norm(x, x.shape[-1:], *self._both(name), eps)

    def _linear(self, x: Tensor, name: str) -> Tensor:
        return f.linear(x, *self._both(name))

    def _conv(self, x: Tensor, name: str, *, stride: int = 1, padding: int = 0, groups: int = 1) -> Tensor:
        return f.conv2d(x, *self._both(name), stride, padding, 1, groups)

    def _both(self, name: str) -> tuple[Tensor, Tensor]:
        return self.tensors[f"{name}.weight"].float(), self.tensors[f"{name}.bias"].float()
