"""A network small enough for tests, and the same questions asked of it one by one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ml.seagull import prompts
from ml.seagull.network import Seagull, build
from ml.seagull.predictor import Masks, Predictor, Rgb
from ml.seagull.preprocessing import measure, prepare_image, prepare_regions
from ml.seagull.presets import TINY, SeagullConfig
from ml.seagull.scoring import Assessment
from ml.seagull.tokens import Tokens, WordTokens
from ml.vocabulary import DISTORTIONS
from tests.ml.pictures import disc, scene

SMALL: Final = replace(
    TINY,
    encoder=replace(TINY.encoder, side=64, depths=(1, 1, 1, 1)),
    language=replace(TINY.language, hidden=64, layers=2, heads=4, intermediate=96, lora_rank=4, lora_alpha=8),
)
LOUD: Final = 0.2
"""Spread of the random weights: with LLaMA's own all answers would be much alike, and so would be wrong ones."""


def small_network(seed: int = 1, config: SeagullConfig = SMALL, tokens: Tokens | None = None) -> Seagull:
    torch.manual_seed(seed)
    seagull = build(config, tokens or WordTokens.of_this_project()).eval()
    for weight in seagull.language.parameters():
        if weight.ndim > 1:
            nn.init.normal_(weight, std=LOUD)
    return seagull


def picture_and_masks() -> tuple[Rgb, Masks]:
    """160 x 200 pixels and five regions of different kinds."""
    rgb = scene()
    masks = [disc(160, 200, x, y, r) for x, y, r in ((60, 40, 30), (145, 120, 28), (100, 80, 70), (30, 130, 20))]
    return rgb, np.stack([*masks, masks[0] | masks[1]])


def numbers_of(assessed: Assessment) -> NDArray[np.float64]:
    everything = [assessed.quality, assessed.importance, *(assessed.distortions[name] for name in DISTORTIONS)]
    found = [(*one.probabilities, one.expectation, one.entropy) for one in everything]
    return np.array([assessed.clean, *(number for row in found for number in row)])


def assess(predictor: Predictor, masks: Masks) -> NDArray[np.float64]:
    """A row of numbers for each region of the scene."""
    predictor.set_image(scene())
    return np.array([numbers_of(one) for one in predictor.assess(masks)])


@torch.inference_mode()
def asked_alone(seagull: Seagull, rgb: Rgb, mask: Masks, ids: Sequence[int]) -> Tensor:
    """The next word's logits: everything computed for one region and one text, the whole prompt as one plain sequence.

    `ids` begins with the region's two places.
    """
    low = measure(rgb, seagull.config)
    seen = seagull.see(prepare_image(rgb, seagull.config, low)[None])
    views = seagull.region_tokens(seen, prepare_regions(rgb, mask[None], seagull.config, low))
    tokens = seagull.tokens
    before = seagull.words(torch.tensor([[tokens.bos, *tokens.encode(prompts.BEFORE_IMAGE)]]))
    after = seagull.words(torch.tensor([tokens.encode(prompts.AFTER_IMAGE)]))
    own = seagull.words(torch.tensor([ids[2:]]))
    logits: Tensor = seagull.language(
        inputs_embeds=torch.cat([before, seen.image_tokens, after, views, own], dim=1)
    ).logits
    return logits[0, -1]


def told_word_by_word(seagull: Seagull, rgb: Rgb, mask: Masks, question: str, longest: int) -> list[int]:
    """The likeliest token again and again, each with everything computed anew; never one that no word stands for."""
    tokens = seagull.tokens
    ids = tokens.encode(prompts.about(question))
    asked = len(ids)
    while len(ids) < asked + longest:
        token = int(asked_alone(seagull, rgb, mask, ids)[: tokens.size].argmax())
        if token == tokens.eos:
            break
        ids.append(token)
    return ids[asked:]
