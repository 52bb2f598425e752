"""The extractor against the published arithmetic, written out for one region at a time with the published names."""

from dataclasses import replace
from typing import Final

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.seagull.encoder import Encoder
from ml.seagull.extractor import Extractor
from ml.seagull.preprocessing import RegionInputs, measure, prepare_image, prepare_regions
from ml.seagull.presets import SEVEN_B, TINY, SeagullConfig
from tests.ml.pictures import disc, scene

SMALL_7B: Final = replace(
    SEVEN_B,
    encoder=replace(SEVEN_B.encoder, side=64, depths=(1, 1, 1, 1), dims=(8, 12, 16, 24)),
    extractor=replace(SEVEN_B.extractor, width=16, heads=2, mlp=40, local_hidden=20),
    language=replace(SEVEN_B.language, hidden=24),
)
SMALL_TINY: Final = replace(TINY, encoder=replace(TINY.encoder, side=64, depths=(1, 1, 1, 1)))
BOTH = pytest.mark.parametrize("config", [SMALL_7B, SMALL_TINY], ids=["7b", "tiny"])
PUBLISHED_NAMES: Final = {
    **{f"res{level + 2}": f"global_view.basic.{level}" for level in range(4)},
    **{f"g_res{level + 2}": f"global_view.keys.{level}" for level in range(4)},
    "cross_att_res.self_attn.v_proj": "global_view.block.self_attention.value",
    "cross_att_res.self_attn.out_proj": "global_view.block.self_attention.out",
    "cross_att_res.cross_attn.q_proj": "global_view.block.cross_attention.query",
    "cross_att_res.cross_attn.k_proj": "global_view.block.cross_attention.key",
    "cross_att_res.cross_attn.v_proj": "global_view.block.cross_attention.value",
    "cross_att_res.cross_attn.out_proj": "global_view.block.cross_attention.out",
    **{f"cross_att_res.norm{number}": f"global_view.block.norm{number}" for number in (1, 2)},
    "cross_att_res.mlp.lin1": "global_view.block.mlp.0",
    "cross_att_res.mlp.lin2": "global_view.block.mlp.2",
    "cross_feat_linear": "global_view.fuse_global",
    "feat_linear": "global_view.fuse_basic",
    "final_mlp": "global_view.fuse",
    **{f"global_vit.{layer}": f"local_view.cnn.{layer}" for layer in (0, 3)},
    "sa.v_proj": "local_view.attention.value",
    "sa.out_proj": "local_view.attention.out",
    **{f"mlp.layers.{layer}": f"local_view.mlp.{2 * layer}" for layer in range(3)},
}
WITHOUT_EFFECT: Final = 18_094_080 + 4 * (1024 * 1024 + 1024)
"""Published numbers without effect: `mask_linear`, and query and key of the two attentions to oneself."""


def random_extractor(config: SeagullConfig) -> Extractor:
    """With weights large enough that the softmax and the norms matter."""
    extractor = Extractor(config)
    for module in extractor.modules():
        if isinstance(module, nn.Linear | nn.Conv2d):
            nn.init.normal_(module.weight, std=1.5 * module.weight[0].numel() ** -0.5)
        if isinstance(module, nn.Linear | nn.Conv2d) and module.bias is not None:
            nn.init.normal_(module.bias, std=0.5)
        if isinstance(module, nn.LayerNorm):
            nn.init.normal_(module.weight, mean=1.0, std=0.3)
            nn.init.normal_(module.bias, std=0.3)
    return extractor.eval()


def random_levels(config: SeagullConfig) -> list[Tensor]:
    side = config.encoder.side // 4
    return [torch.randn(1, channels, side >> j, side >> j) for j, channels in enumerate(config.encoder.dims)]


def random_regions(config: SeagullConfig, count: int) -> RegionInputs:
    side = config.encoder.side
    edges = torch.arange(side)
    boxes = [
        (edges >= side * number // (count + 2)) & (edges < side * (number + 3) // (count + 2))
        for number in range(count)
    ]
    masks = torch.stack([box[:, None] & box[None, :] for box in boxes]).float()
    statistics = torch.randn(count, config.extractor.statistics)
    return RegionInputs(masks, torch.randn(count, 3, side, side), statistics, (frozenset(),) * count)


def tokens_of(extractor: Extractor, levels: list[Tensor], regions: RegionInputs) -> Tensor:
    pairs = extractor.keys_values(levels)
    tokens: Tensor = extractor(levels, pairs, regions.masks, regions.crops, regions.statistics)
    return tokens


@torch.no_grad()
def test_a_region_gets_the_published_tokens() -> None:
    extractor, levels = random_extractor(SMALL_7B), random_levels(SMALL_7B)
    regions = random_regions(SMALL_7B, 5)

    tokens = tokens_of(extractor, levels, regions)

    published = Published(extractor, heads=2)
    expected = [published.tokens(levels, mask, crop) for mask, crop in zip(regions.masks, regions.crops, strict=True)]
    torch.testing.assert_close(tokens, torch.stack(expected), rtol=1e-4, atol=1e-4)


@pytest.mark.slow
@torch.no_grad()
def test_a_region_gets_the_published_tokens_at_the_published_size() -> None:
    extractor, levels = random_extractor(SEVEN_B), random_levels(SEVEN_B)
    regions = random_regions(SEVEN_B, 2)

    tokens = tokens_of(extractor, levels, regions)[1]

    expected = Published(extractor, heads=8).tokens(levels, regions.masks[1], regions.crops[1])
    torch.testing.assert_close(tokens, expected, rtol=1e-3, atol=1e-3)


def test_the_published_size_has_every_published_number_that_has_an_effect() -> None:
    with torch.device("meta"):
        weights = Extractor(SEVEN_B).state_dict()

    assert sum(tensor.numel() for tensor in weights.values()) == 102_875_674 - WITHOUT_EFFECT
    assert set(weights) == {f"{name}.{kind}" for name in PUBLISHED_NAMES.values() for kind in ("weight", "bias")}


@BOTH
@torch.no_grad()
def test_a_region_gets_the_same_tokens_alone_and_in_a_batch(config: SeagullConfig) -> None:
    extractor, levels, regions = random_extractor(config), random_levels(config), random_regions(config, 9)

    together = tokens_of(extractor, levels, regions)

    for number in range(len(regions)):
        alone = tokens_of(extractor, levels, regions[number : number + 1])
        assert (together[number] - alone[0]).abs().max() <= 1e-5 * together.abs().max()


@BOTH
@torch.no_grad()
def test_bfloat16_tokens_are_near_those_of_float32(config: SeagullConfig) -> None:
    extractor, levels, regions = random_extractor(config), random_levels(config), random_regions(config, 3)

    exact = tokens_of(extractor, levels, regions)
    rough = tokens_of(extractor.to(torch.bfloat16), [level.to(torch.bfloat16) for level in levels], regions)

    assert rough.dtype == torch.bfloat16
    assert (rough.float() - exact).abs().max() <= 0.05 * exact.abs().max()


@BOTH
def test_a_view_that_is_switched_off_is_zeros_and_leaves_the_other_alone(config: SeagullConfig) -> None:
    extractor, levels, regions = random_extractor(config), random_levels(config), random_regions(config, 3)
    whole = tokens_of(extractor, levels, regions)

    extractor.config = replace(config, global_view=False)
    local_only = tokens_of(extractor, levels, regions)
    extractor.config = replace(config, local_view=False)
    global_only = tokens_of(extractor, levels, regions)

    zeros = torch.zeros(3, config.language.hidden)
    torch.testing.assert_close(local_only, torch.stack([zeros, whole[:, 1]], dim=1), rtol=0, atol=0)
    torch.testing.assert_close(global_only, torch.stack([whole[:, 0], zeros], dim=1), rtol=0, atol=0)


@BOTH
def test_every_weight_and_every_level_gets_a_gradient(config: SeagullConfig) -> None:
    extractor, levels = random_extractor(config), [level.requires_grad_() for level in random_levels(config)]

    torch.autograd.backward((tokens_of(extractor, levels, random_regions(config, 3)) ** 2).sum())

    gradients = {name: parameter.grad for name, parameter in extractor.named_parameters()}
    still = [name for name, gradient in gradients.items() if gradient is None or not gradient.any()]
    indifferent = "global_view.block.cross_attention.key.bias"  # adds the same to every score of a softmax
    assert [name for name in still if name != indifferent] == []
    assert all(level.grad is not None and level.grad.any() for level in levels)


def unusual_masks() -> dict[str, np.ndarray]:
    masks = {name: np.zeros((160, 200), dtype=np.bool_) for name in ("empty", "pixel", "row", "column", "parts")}
    masks["pixel"][77, 91] = masks["row"][70, 20:180] = masks["column"][10:150, 60] = True
    masks["parts"][10:40, 10:40] = masks["parts"][100:150, 120:190] = True
    masks["corner"] = disc(160, 200, 0, 0, 30)
    masks["border"] = disc(160, 200, 199, 80, 1)
    masks["ring"] = disc(160, 200, 100, 80, 50) & ~disc(160, 200, 100, 80, 40)
    masks["whole"] = np.ones((160, 200), dtype=np.bool_)
    return masks


@pytest.mark.parametrize("name", unusual_masks())
@BOTH
@torch.no_grad()
def test_an_unusual_region_has_finite_tokens_and_does_not_disturb_its_neighbour(
    config: SeagullConfig, name: str, networks: dict[str, tuple[Encoder, Extractor]]
) -> None:
    encoder, extractor = networks[config.preset]
    rgb, usual, unusual = scene(), disc(160, 200, 80, 90, 40), unusual_masks()[name]
    low = measure(rgb, config)
    levels = encoder(prepare_image(rgb, config, low)[None])

    both = tokens_of(extractor, levels, prepare_regions(rgb, np.stack([usual, unusual]), config, low))

    alone = tokens_of(extractor, levels, prepare_regions(rgb, usual[None], config, low))
    assert both.isfinite().all()
    assert (both[0] - alone[0]).abs().max() <= 1e-5 * both.abs().max()


@BOTH
def test_no_regions_have_no_tokens(config: SeagullConfig) -> None:
    regions = random_regions(config, 1)[:0]

    tokens = tokens_of(Extractor(config), random_levels(config), regions)

    assert tuple(tokens.shape) == (0, 2, config.language.hidden)


@pytest.fixture(scope="module")
def networks() -> dict[str, tuple[Encoder, Extractor]]:
    return {config.preset: (Encoder(config.encoder), random_extractor(config)) for config in (SMALL_7B, SMALL_TINY)}


class Published:
    """One image, one region; full attention even where a sequence has one token, so its query and key are random."""

    def __init__(self, extractor: Extractor, heads: int) -> None:
        ours = extractor.state_dict()
        self.heads = heads
        self.weights = {name: (ours[f"{own}.weight"], ours[f"{own}.bias"]) for name, own in PUBLISHED_NAMES.items()}
        for name in ("cross_att_res.self_attn", "sa"):
            like = self.weights[f"{name}.v_proj"][0]
            for idle in ("q_proj", "k_proj"):
                self.weights[f"{name}.{idle}"] = torch.randn_like(like), torch.randn_like(like[0])

    def tokens(self, levels: list[Tensor], mask: Tensor, crop: Tensor) -> Tensor:
        return torch.stack([self.global_token(levels, mask), self.local_token(crop)])

    def global_token(self, levels: list[Tensor], mask: Tensor) -> Tensor:
        basic, attended = [], []
        for number, level in enumerate(levels):
            features = level[0]
            small = functional.interpolate(mask[None, None], features.shape[1:], mode="bilinear", align_corners=False)
            owned = (small[0, 0] > 0).float()
            pooled = (features * owned).sum(dim=(1, 2)) / (owned.sum() + 1e-8)
            basic.append(self.linear(f"res{number + 2}", pooled))
            tokens = self.linear(f"g_res{number + 2}", features.reshape(len(features), -1))
            attended.append(self.block(basic[-1][None], tokens)[0])
        fused = [self.linear("cross_feat_linear", sum(attended)), self.linear("feat_linear", sum(basic))]  # type: ignore[arg-type]
        return self.linear("final_mlp", torch.cat(fused))

    def block(self, queries: Tensor, tokens: Tensor) -> Tensor:
        name = "cross_att_res"
        queries = self.norm(f"{name}.norm1", queries + self.attention(f"{name}.self_attn", queries, queries))
        queries = self.norm(f"{name}.norm2", queries + self.attention(f"{name}.cross_attn", queries, tokens))
        return queries + self.linear(f"{name}.mlp.lin2", functional.relu(self.linear(f"{name}.mlp.lin1", queries)))

    def local_token(self, crop: Tensor) -> Tensor:
        x = crop[None]
        for name in ("global_vit.0", "global_vit.3"):
            x = functional.avg_pool2d(functional.gelu(functional.conv2d(x, *self.weights[name])), 4)
        x = x.reshape(1, -1)
        x = self.attention("sa", x, x)
        x = functional.relu(self.linear("mlp.layers.0", x))
        x = functional.relu(self.linear("mlp.layers.1", x))
        return self.linear("mlp.layers.2", x)[0]

    def attention(self, name: str, queries: Tensor, tokens: Tensor) -> Tensor:
        q, k, v = (
            self.linear(f"{name}.{kind}_proj", x).reshape(len(x), self.heads, -1).transpose(0, 1)
            for kind, x in (("q", queries), ("k", tokens), ("v", tokens))
        )
        weights = torch.softmax(q @ k.transpose(1, 2) / q.shape[-1] ** 0.5, dim=-1)
        return self.linear(f"{name}.out_proj", (weights @ v).transpose(0, 1).reshape(len(queries), -1))

    def linear(self, name: str, x: Tensor) -> Tensor:
        return functional.linear(x, *self.weights[name])

    def norm(self, name: str, x: Tensor) -> Tensor:
        return functional.layer_norm(x, x.shape[-1:], *self.weights[name])
