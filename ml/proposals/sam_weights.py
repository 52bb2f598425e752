"""Segment-anything networks of any size, built to fit the weights in a file."""

import re
from functools import partial
from pathlib import Path

import torch  # noqa: TID253 - imported by sam.py, which is itself imported late
from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, Sam, TwoWayTransformer  # noqa: TID253
from torch import Tensor  # noqa: TID253

from ml.proposals.checkpoints import CheckpointError

State = dict[str, Tensor]
PIXEL_MEAN = [123.675, 116.28, 103.53]
PIXEL_STD = [58.395, 57.12, 57.375]
DECODER_HEADS = 8
"""The same in every published size, and the one number that the weights do not show."""


def state_of(path: Path) -> State:
    """The tensors in a checkpoint; nothing else is unpickled. Raises CheckpointError."""
    if not path.is_file():
        raise CheckpointError(f"there is no checkpoint at {path}")
    try:
        loaded = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # bytes that are no checkpoint make the unpickler raise almost anything
        raise CheckpointError(f"{path} is not a file of weights, or holds more than weights") from error
    state = loaded.get("model", loaded) if isinstance(loaded, dict) else None
    if not isinstance(state, dict) or "image_encoder.pos_embed" not in state:
        raise CheckpointError(f"{path} holds no segment-anything weights (vit_b, vit_l or vit_h)")
    return state


def build_sam(state: State) -> Sam:
    """A network with the sizes seen in `state`, holding its weights. Raises CheckpointError when they do not fit."""
    try:
        sam = Sam(_encoder(state), _prompts(state), _decoder(state), PIXEL_MEAN, PIXEL_STD)
        sam.load_state_dict(state)
    except (KeyError, RuntimeError, IndexError, AssertionError) as error:
        raise CheckpointError(f"these are not weights of a segment-anything network: {error}") from error
    return sam


def _encoder(state: State) -> ImageEncoderViT:
    _, grid, _, width = state["image_encoder.pos_embed"].shape
    patch = state["image_encoder.patch_embed.proj.weight"].shape[-1]
    depth = _count(state, r"image_encoder\.blocks\.(\d+)\.")
    reach = [(state[f"image_encoder.blocks.{block}.attn.rel_pos_h"].shape[0] + 1) // 2 for block in range(depth)]
    everywhere = tuple(block for block in range(depth) if reach[block] == grid)
    head = state["image_encoder.blocks.0.attn.rel_pos_h"].shape[1]
    return ImageEncoderViT(
        img_size=grid * patch,
        patch_size=patch,
        embed_dim=width,
        depth=depth,
        num_heads=width // head,
        mlp_ratio=state["image_encoder.blocks.0.mlp.lin1.weight"].shape[0] / width,
        out_chans=state["image_encoder.neck.0.weight"].shape[0],
        qkv_bias="image_encoder.blocks.0.attn.qkv.bias" in state,
        norm_layer=partial(torch.nn.LayerNorm, eps=1e-6),
        use_rel_pos=True,
        window_size=min(reach) if min(reach) < grid else 0,
        global_attn_indexes=everywhere,
    )


def _prompts(state: State) -> PromptEncoder:
    _, grid, _, _ = state["image_encoder.pos_embed"].shape
    side = grid * state["image_encoder.patch_embed.proj.weight"].shape[-1]
    return PromptEncoder(
        embed_dim=state["prompt_encoder.no_mask_embed.weight"].shape[1],
        image_embedding_size=(grid, grid),
        input_image_size=(side, side),
        mask_in_chans=state["prompt_encoder.mask_downscaling.3.weight"].shape[0],
    )


def _decoder(state: State) -> MaskDecoder:
    tokens, width = state["mask_decoder.mask_tokens.weight"].shape
    return MaskDecoder(
        num_multimask_outputs=tokens - 1,
        transformer=TwoWayTransformer(
            depth=_count(state, r"mask_decoder\.transformer\.layers\.(\d+)\."),
            embedding_dim=width,
            mlp_dim=state["mask_decoder.transformer.layers.0.mlp.lin1.weight"].shape[0],
            num_heads=DECODER_HEADS,
        ),
        transformer_dim=width,
        iou_head_depth=_count(state, r"mask_decoder\.iou_prediction_head\.layers\.(\d+)\."),
        iou_head_hidden_dim=state["mask_decoder.iou_prediction_head.layers.0.weight"].shape[0],
    )


def _count(state: State, pattern: str) -> int:
    """How many layers a numbered list has."""
    return 1 + max(int(match[1]) for match in (re.match(pattern, key) for key in state) if match)
