from dataclasses import replace

import pytest
import timm
import torch
from torch import Tensor
from torch.nn import functional

from ml.seagull.encoder import Encoder, cells, sides
from ml.seagull.presets import SEVEN_B, TINY, EncoderConfig

SMALL = EncoderConfig(side=64, depths=(1, 1, 2, 1), dims=(8, 16, 24, 32), layer_scale=0.5)


def test_the_published_trunk_has_the_names_and_shapes_of_convnext_large() -> None:
    with torch.device("meta"):
        ours = Encoder(SEVEN_B.encoder).trunk.state_dict()
        theirs = timm.create_model("convnext_large").state_dict()

    shapes = {name: tensor.shape for name, tensor in ours.items()}
    assert shapes == {name: tensor.shape for name, tensor in theirs.items() if not name.startswith("head.")}
    norm_of_head, mlp_of_head = 2 * 1536, 1536 * 1536 + 1536 + 1536 * 768
    assert (len(ours) + 5, sum(map(Tensor.numel, ours.values())) + norm_of_head + mlp_of_head) == (345, 199_770_816)


@pytest.mark.parametrize("config", [SMALL, replace(TINY.encoder, side=64)], ids=["patch", "overlap"])
def test_the_levels_are_a_quarter_to_a_thirty_second_of_the_side(config: EncoderConfig) -> None:
    levels = Encoder(config)(torch.zeros(2, 3 + config.eye_maps, 64, 64))

    assert [tuple(level.shape) for level in levels] == [
        (2, channels, side, side) for channels, side in zip(config.dims, (16, 8, 4, 2), strict=True)
    ]
    assert (sides(config), cells(config)) == ((16, 8, 4, 2), (256, 64, 16, 4))


def test_the_levels_are_those_of_the_arithmetic_written_out() -> None:
    encoder = Encoder(SMALL)
    for parameter in encoder.parameters():  # zero biases and unit scales would hide a mistake
        torch.nn.init.normal_(parameter, std=0.2)
    pixels = torch.randn(2, 3, 64, 64)

    levels = encoder(pixels)

    for level, expected in zip(levels, convnext(pixels, encoder.trunk.state_dict(), SMALL), strict=True):
        torch.testing.assert_close(level, expected, rtol=1e-4, atol=1e-4)


def test_a_frozen_encoder_keeps_no_gradient() -> None:
    encoder = Encoder(SMALL)
    free = encoder(torch.randn(1, 3, 64, 64))

    encoder.freeze()
    frozen = encoder(torch.randn(1, 3, 64, 64))

    assert [level.requires_grad for level in free] == [True] * 4
    assert [level.requires_grad for level in frozen] == [False] * 4


def convnext(pixels: Tensor, weights: dict[str, Tensor], config: EncoderConfig) -> list[Tensor]:
    """ConvNeXt with a patch stem, channels last all the way; an oracle in plain functions."""

    def conv(x: Tensor, name: str, stride: int) -> Tensor:
        kernel = weights[f"{name}.weight"]
        depthwise = kernel.shape[1] == 1
        groups, padding = (x.shape[-1], kernel.shape[-1] // 2) if depthwise else (1, 0)
        out = functional.conv2d(x.permute(0, 3, 1, 2), kernel, weights[f"{name}.bias"], stride, padding, groups=groups)
        return out.permute(0, 2, 3, 1)

    def norm(x: Tensor, name: str) -> Tensor:
        centred = x - x.mean(dim=-1, keepdim=True)
        deviation = torch.sqrt((centred**2).mean(dim=-1, keepdim=True) + 1e-6)
        return centred / deviation * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    def linear(x: Tensor, name: str) -> Tensor:
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def gelu(x: Tensor) -> Tensor:
        return x * 0.5 * (1 + torch.erf(x / 2**0.5))

    x, levels = norm(conv(pixels.permute(0, 2, 3, 1), "stem.0", 4), "stem.1"), []
    for stage, depth in enumerate(config.depths):
        if stage:
            x = conv(norm(x, f"stages.{stage}.downsample.0"), f"stages.{stage}.downsample.1", 2)
        for name in (f"stages.{stage}.blocks.{number}" for number in range(depth)):
            inner = norm(conv(x, f"{name}.conv_dw", 1), f"{name}.norm")
            x = x + weights[f"{name}.gamma"] * linear(gelu(linear(inner, f"{name}.mlp.fc1")), f"{name}.mlp.fc2")
        levels.append(x.permute(0, 3, 1, 2))
    return levels
