"""From image features to image tokens of the language model (paper, section 4.1)."""

from torch import Tensor, nn

from ml.seagull.presets import SeagullConfig


def build_projector(config: SeagullConfig) -> nn.Sequential:
    """One linear layer as the paper says, or two with GELU between as published."""
    channels, hidden = config.encoder.dims[config.image_level - 1], config.language.hidden
    if config.projector == "linear":
        return nn.Sequential(nn.Linear(channels, hidden))
    return nn.Sequential(nn.Linear(channels, hidden), nn.GELU(), nn.Linear(hidden, hidden))


def cells_as_tokens(level: Tensor) -> Tensor:
    """N x C x H x W to N x (H * W) x C, row by row: the projector's input."""
    return level.flatten(2).transpose(1, 2)
