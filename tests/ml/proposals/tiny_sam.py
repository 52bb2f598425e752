"""A segment-anything network of 64 px with random weights: everything is real except that it has learnt nothing."""

from functools import partial
from pathlib import Path

import torch
from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, Sam, TwoWayTransformer

SIDE, PATCH, WIDTH = 64, 16, 32


def tiny_sam() -> Sam:
    torch.manual_seed(5)
    encoder = ImageEncoderViT(
        img_size=SIDE, patch_size=PATCH, embed_dim=24, depth=3, num_heads=2, mlp_ratio=2, out_chans=WIDTH,
        norm_layer=partial(torch.nn.LayerNorm, eps=1e-6), use_rel_pos=True, window_size=3, global_attn_indexes=(1,),
    )  # fmt: skip
    prompts = PromptEncoder(
        embed_dim=WIDTH, image_embedding_size=(4, 4), input_image_size=(SIDE, SIDE), mask_in_chans=8
    )
    decoder = MaskDecoder(
        transformer_dim=WIDTH, iou_head_depth=2, iou_head_hidden_dim=16,
        transformer=TwoWayTransformer(depth=1, embedding_dim=WIDTH, num_heads=8, mlp_dim=40),
    )  # fmt: skip
    sam = Sam(encoder, prompts, decoder, [123.675, 116.28, 103.53], [58.395, 57.12, 57.375])
    for tensor in (encoder.pos_embed, *(p for n, p in encoder.named_parameters() if "rel_pos" in n)):
        torch.nn.init.normal_(tensor, std=0.2)
    return sam.eval()


def save_tiny(path: Path) -> Path:
    torch.save(tiny_sam().state_dict(), path)
    return path
