"""The published SEAGULL-7B checkpoint: each tensor's name and shape there, and its name here or why it has none.

Pure: names and numbers for any sizes, so that a checkpoint with fewer layers can be read (and tested), too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ml.seagull.presets import EncoderConfig, ExtractorConfig, LanguageConfig, SeagullConfig

VISUAL: Final = "model.vision_tower.vision_tower.visual."
EXTRACTOR: Final = "mask_extractor."
PROJECTIONS: Final = {"q_proj": "query", "k_proj": "key", "v_proj": "value", "out_proj": "out"}
CLIP_WIDTH: Final = 768
"""Of the space that CLIP shares between images and texts."""
MASK_SHAPE: Final = 112
NAMED: Final = 5

NO_CLASSIFIER: Final = "after the last level; only CLIP's image embedding needs it"
LEFT_OVER: Final = "left over from an earlier network; the published code never calls it"
ALONE: Final = "attention over one token: the softmax of one score is 1, whatever the score"
COMPUTED: Final = "follows from the size of an attention head"


class ReleasedError(ValueError):
    """A checkpoint whose tensors are not the published ones; the message names them."""


@dataclass(frozen=True, slots=True)
class ReleasedTensor:
    """`ours` is None where `unused` gives a reason. `alias` is a second name under which others have saved it."""

    name: str
    shape: tuple[int, ...]
    ours: str | None
    unused: str = ""
    alias: str = ""


@dataclass(frozen=True)
class Match:
    """`ours` and `unused` go from a name in the checkpoint to the name here, and to the reason."""

    ours: Mapping[str, str]
    unused: Mapping[str, str]


def released_tensors(config: SeagullConfig) -> list[ReleasedTensor]:
    """For SEVEN_B: 345 of the encoder, 4 of the projector, 70 of the extractor, 323 of the language model."""
    channels, hidden = config.encoder.dims[config.image_level - 1], config.language.hidden
    return [
        *_trunk(config.encoder),
        *_clip_head(config.encoder),
        *_linear("model.mm_projector.0", "projector.0", hidden, channels),
        *_linear("model.mm_projector.2", "projector.2", hidden, hidden),
        *_global_view(config.encoder, config.extractor, hidden),
        *_local_view(config.encoder, config.extractor, hidden),
        *_mask_linear(config.extractor, hidden),
        *_language(config.language),
    ]


def match(found: Mapping[str, Sequence[int]], config: SeagullConfig) -> Match:
    """Pairs the names and shapes of a checkpoint with the published ones. Raises ReleasedError.

    Unused tensors may be absent (newer software leaves out `inv_freq`), used ones may not, and nothing else may be there.
    """
    wanted = released_tensors(config)
    paired = {_name_in(found, tensor): tensor for tensor in wanted}
    missing = [name for name, tensor in paired.items() if name not in found and not tensor.unused]
    unexpected = [name for name in found if name not in paired]
    wrong = [
        f"{name} is {_size(found[name])} instead of {_size(tensor.shape)}"
        for name, tensor in paired.items()
        if name in found and tuple(found[name]) != tensor.shape
    ]
    complaints = [_complaint("missing", missing), _complaint("unexpected", unexpected), _complaint("wrong", wrong)]
    if any(complaints):
        raise ReleasedError(f"this is not the published checkpoint: {'; '.join(filter(None, complaints))}")
    present = {name: tensor for name, tensor in paired.items() if name in found}
    return Match(
        ours={name: tensor.ours for name, tensor in present.items() if tensor.ours is not None},
        unused={name: tensor.unused for name, tensor in present.items() if tensor.ours is None},
    )


def _name_in(found: Mapping[str, Sequence[int]], tensor: ReleasedTensor) -> str:
    return tensor.alias if tensor.name not in found and tensor.alias in found else tensor.name


def _complaint(what: str, names: Sequence[str]) -> str:
    """For example "3 tensors missing: a, b, c"; beyond the first five "..."."""
    if not names:
        return ""
    more = ", ..." if len(names) > NAMED else ""
    return f"{len(names)} {'tensor' if len(names) == 1 else 'tensors'} {what}: {', '.join(names[:NAMED])}{more}"


def _size(shape: Sequence[int]) -> str:
    return "x".join(map(str, shape)) or "a single number"


def _trunk(config: EncoderConfig) -> Iterator[ReleasedTensor]:
    """timm's ConvNeXt: a stem, then stages of blocks with a halving of the size before all but the first."""
    there, here = f"{VISUAL}trunk.", "encoder.trunk."
    yield from _parameters(f"{there}stem.0", f"{here}stem.0", (config.dims[0], 3, 4, 4))
    yield from _parameters(f"{there}stem.1", f"{here}stem.1", (config.dims[0],))
    for number, (depth, width) in enumerate(zip(config.depths, config.dims, strict=True)):
        stage = f"stages.{number}."
        if number:
            before = config.dims[number - 1]
            yield from _parameters(f"{there}{stage}downsample.0", f"{here}{stage}downsample.0", (before,))
            yield from _parameters(f"{there}{stage}downsample.1", f"{here}{stage}downsample.1", (width, before, 2, 2))
        for block in range(depth):
            yield from _block(f"{there}{stage}blocks.{block}.", f"{here}{stage}blocks.{block}.", width)


def _block(there: str, here: str, width: int) -> Iterator[ReleasedTensor]:
    """Software that takes every `gamma` for the old name of a norm's weight has saved the layer scale as `weight`."""
    yield ReleasedTensor(f"{there}gamma", (width,), f"{here}gamma", alias=f"{there}weight")
    yield from _parameters(f"{there}conv_dw", f"{here}conv_dw", (width, 1, 7, 7))
    yield from _parameters(f"{there}norm", f"{here}norm", (width,))
    yield from _linear(f"{there}mlp.fc1", f"{here}mlp.fc1", 4 * width, width)
    yield from _linear(f"{there}mlp.fc2", f"{here}mlp.fc2", width, 4 * width)


def _clip_head(config: EncoderConfig) -> Iterator[ReleasedTensor]:
    width, there = config.dims[-1], f"{VISUAL}head.mlp."
    yield from _parameters(f"{VISUAL}trunk.head.norm", None, (width,), NO_CLASSIFIER)
    yield from _linear(f"{there}fc1", None, 2 * CLIP_WIDTH, width, NO_CLASSIFIER)
    yield ReleasedTensor(f"{there}fc2.weight", (CLIP_WIDTH, 2 * CLIP_WIDTH), None, NO_CLASSIFIER)


def _global_view(encoder: EncoderConfig, config: ExtractorConfig, hidden: int) -> Iterator[ReleasedTensor]:
    width, here = config.width, "extractor.global_view."
    for number, channels in enumerate(encoder.dims):
        cells = (encoder.side >> (2 + number)) ** 2
        yield from _linear(f"{EXTRACTOR}res{number + 2}", f"{here}basic.{number}", width, channels)
        yield from _linear(f"{EXTRACTOR}g_res{number + 2}", f"{here}keys.{number}", width, cells)
    yield from _attention_block(f"{EXTRACTOR}cross_att_res.", f"{here}block.", config)
    yield from _linear(f"{EXTRACTOR}cross_feat_linear", f"{here}fuse_global", hidden, width)
    yield from _linear(f"{EXTRACTOR}feat_linear", f"{here}fuse_basic", hidden, width)
    yield from _linear(f"{EXTRACTOR}final_mlp", f"{here}fuse", hidden, 2 * hidden)


def _attention_block(there: str, here: str, config: ExtractorConfig) -> Iterator[ReleasedTensor]:
    width, half = config.width, config.width // 2
    yield from _lone_attention(f"{there}self_attn.", f"{here}self_attention.", width)
    for theirs, ours in PROJECTIONS.items():
        shape = (width, half) if theirs == "out_proj" else (half, width)
        yield from _linear(f"{there}cross_attn.{theirs}", f"{here}cross_attention.{ours}", *shape)
    yield from _parameters(f"{there}norm1", f"{here}norm1", (width,))
    yield from _parameters(f"{there}norm2", f"{here}norm2", (width,))
    yield from _linear(f"{there}mlp.lin1", f"{here}mlp.0", config.mlp, width)
    yield from _linear(f"{there}mlp.lin2", f"{here}mlp.2", width, config.mlp)


def _lone_attention(there: str, here: str, width: int) -> Iterator[ReleasedTensor]:
    for theirs, ours in PROJECTIONS.items():
        acts = theirs in ("v_proj", "out_proj")
        yield from _linear(f"{there}{theirs}", f"{here}{ours}" if acts else None, width, width, "" if acts else ALONE)


def _local_view(encoder: EncoderConfig, config: ExtractorConfig, hidden: int) -> Iterator[ReleasedTensor]:
    cells, here = (encoder.side // 16) ** 2, "extractor.local_view."
    yield from _parameters(f"{EXTRACTOR}global_vit.0", f"{here}cnn.0", (5, 3, 1, 1))
    yield from _parameters(f"{EXTRACTOR}global_vit.3", f"{here}cnn.3", (1, 5, 1, 1))
    yield from _lone_attention(f"{EXTRACTOR}sa.", f"{here}attention.", cells)
    widths = (cells, config.local_hidden, config.local_hidden, hidden)
    for number in range(3):
        there, ours = f"{EXTRACTOR}mlp.layers.{number}", f"{here}mlp.{2 * number}"
        yield from _linear(there, ours, widths[number + 1], widths[number])


def _mask_linear(config: ExtractorConfig, hidden: int) -> Iterator[ReleasedTensor]:
    widths = (MASK_SHAPE**2, config.width, config.width, hidden)
    for number in range(3):
        there = f"{EXTRACTOR}mask_linear.layers.{number}"
        yield from _linear(there, None, widths[number + 1], widths[number], LEFT_OVER)


def _language(config: LanguageConfig) -> Iterator[ReleasedTensor]:
    """LLaMA by transformers: the names here are those with `language.` before them."""
    hidden, words = config.hidden, config.vocabulary
    shapes = {"model.embed_tokens": (words, hidden), "model.norm": (hidden,), "lm_head": (words, hidden)}
    for layer in range(config.layers):
        place = f"model.layers.{layer}."
        shapes |= {f"{place}self_attn.{name}_proj": (hidden, hidden) for name in "qkvo"}
        shapes |= {f"{place}mlp.{name}_proj": (config.intermediate, hidden) for name in ("gate", "up")}
        shapes |= {f"{place}mlp.down_proj": (hidden, config.intermediate)}
        shapes |= {f"{place}{name}_layernorm": (hidden,) for name in ("input", "post_attention")}
        angles = (hidden // config.heads // 2,)
        yield ReleasedTensor(f"{place}self_attn.rotary_emb.inv_freq", angles, None, COMPUTED)
    for name, shape in shapes.items():
        yield ReleasedTensor(f"{name}.weight", shape, f"language.{name}.weight")


def _linear(there: str, here: str | None, out: int, width: int, unused: str = "") -> Iterator[ReleasedTensor]:
    return _parameters(there, here, (out, width), unused)


def _parameters(there: str, here: str | None, shape: tuple[int, ...], unused: str = "") -> Iterator[ReleasedTensor]:
    """The weight of a shape, and a bias for each of its outputs."""
    yield ReleasedTensor(f"{there}.weight", shape, here and f"{here}.weight", unused)
    yield ReleasedTensor(f"{there}.bias", shape[:1], here and f"{here}.bias", unused)
