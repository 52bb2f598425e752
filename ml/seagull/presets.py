"""The sizes of the two networks that one code builds."""

from dataclasses import dataclass
from typing import Final, Literal

CLIP_MEAN: Final = (0.48145466, 0.4578275, 0.40821073)
CLIP_STD: Final = (0.26862954, 0.26130258, 0.27577711)


@dataclass(frozen=True)
class EncoderConfig:
    """A ConvNeXt. The input is squashed to `side` x `side`; level j has `dims[j]` channels at 1/4, 1/8, 1/16, 1/32."""

    side: int
    depths: tuple[int, int, int, int]
    dims: tuple[int, int, int, int]
    stem: Literal["patch", "overlap"] = "patch"
    layer_scale: float = 1e-6
    eye_maps: int = 0
    """Channels of low-level measurements beside red, green and blue (`lowlevel.EYES`), computed at full resolution."""


@dataclass(frozen=True)
class ExtractorConfig:
    """The mask-based feature extractor. `width` is P of Eq. 2; cross-attention works at `width` // 2."""

    width: int
    heads: int
    mlp: int
    local_hidden: int
    statistics: int = 0
    """Numbers of `LowLevel.statistics` given to the local view; 0 as published."""
    knots: int = 0
    """Quantiles by which each statistic is read as the normal deviate of its rank; 0: only centred and scaled."""
    readers: int = 1
    """Stacks of layers that read the statistics; the local view is given the mean of what they say."""
    lively_crop: bool = False
    """A norm before the crop's layers, and GELU in them: at a small size the published ReLUs shut for good."""


@dataclass(frozen=True)
class LanguageConfig:
    """A LLaMA. `positions` is the longest sequence."""

    vocabulary: int
    hidden: int
    layers: int
    heads: int
    intermediate: int
    positions: int
    lora_rank: int
    lora_alpha: int
    lora_dropout: float = 0.05


@dataclass(frozen=True)
class SeagullConfig:
    """`image_level` (1..4) is the encoder level whose cells become the language model's image tokens."""

    preset: str
    encoder: EncoderConfig
    extractor: ExtractorConfig
    language: LanguageConfig
    image_level: int
    projector: Literal["linear", "mlp"]
    heads: bool = False
    """Direct regression and classification on the view tokens: a second loss that helps a small model to start."""
    local_view: bool = True
    global_view: bool = True
    """Off for the ablations of Table 4: the token is then zero."""

    @property
    def released(self) -> bool:
        """Published weights know pixels as published code makes them, however large the picture is."""
        return self.preset == "7b"


TINY: Final = SeagullConfig(
    preset="tiny",
    encoder=EncoderConfig(256, (2, 2, 4, 2), (32, 64, 128, 192), "overlap", 0.3, eye_maps=4),
    extractor=ExtractorConfig(
        width=128, heads=8, mlp=256, local_hidden=192, statistics=148, knots=65, readers=4, lively_crop=True
    ),
    language=LanguageConfig(160, 128, 3, 4, 352, 1024, lora_rank=16, lora_alpha=32),
    image_level=4,
    projector="linear",
    heads=True,
)
SEVEN_B: Final = SeagullConfig(
    preset="7b",
    encoder=EncoderConfig(512, (3, 3, 27, 3), (192, 384, 768, 1536)),
    extractor=ExtractorConfig(width=1024, heads=8, mlp=2048, local_hidden=512),
    language=LanguageConfig(32002, 4096, 32, 32, 11008, 4096, lora_rank=128, lora_alpha=256),
    image_level=3,
    projector="mlp",
)
PRESETS: Final = {"tiny": TINY, "7b": SEVEN_B}
"""`image_level` 3 and the two-layer projector of 7b follow the published code, not the paper's text (F4, linear)."""
