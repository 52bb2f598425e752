"""The image encoder (paper, section 4.1): a ConvNeXt whose four stages are four levels of image features."""

from collections.abc import Iterator
from typing import Final

from torch import Tensor, nn

from ml.seagull.presets import EncoderConfig

RGB: Final = 3
STRIDES: Final = (4, 8, 16, 32)
"""Pixels of the encoder's input beside one cell of each level."""
TIMM_STEMS: Final = {"patch": "patch", "overlap": "overlap_act"}
"""The overlapping stem has an activation between its two convolutions: strength of noise is no linear quantity."""


class Encoder(nn.Module):
    """timm's ConvNeXt without pooling and classifier: `trunk` keeps timm's names, so published weights fit.

    With three channels and the sizes of `convnext_large` this is the trunk of open_clip's ConvNeXt-Large: exact GELU,
    LayerNorm with eps 1e-6, no norm after the last stage.
    """

    def __init__(self, config: EncoderConfig) -> None:
        from timm.models.convnext import ConvNeXt  # slow import

        super().__init__()
        self.trunk = ConvNeXt(
            in_chans=RGB + config.eye_maps,
            num_classes=0,
            depths=config.depths,
            dims=config.dims,
            stem_type=TIMM_STEMS[config.stem],
            ls_init_value=config.layer_scale,
        )
        self.trunk.add_module("head", nn.Identity())

    def forward(self, pixels: Tensor) -> list[Tensor]:
        """N x (3 + eye maps) x side x side, as `preprocessing.prepare_image` gives them, to four N x C_j x H_j x W_j."""
        return list(self._levels(pixels))

    def freeze(self) -> None:
        """As the paper trains: no gradient reaches the encoder, nor is one kept for it."""
        self.requires_grad_(False)

    def _levels(self, pixels: Tensor) -> Iterator[Tensor]:
        features = self.trunk.stem(pixels)
        for stage in self.trunk.stages:
            features = stage(features)
            yield features


def sides(config: EncoderConfig) -> tuple[int, ...]:
    """H_j = W_j of the four levels."""
    return tuple(config.side // stride for stride in STRIDES)


def cells(config: EncoderConfig) -> tuple[int, ...]:
    """H_j * W_j of the four levels."""
    return tuple(side * side for side in sides(config))
