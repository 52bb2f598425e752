from dataclasses import replace

import pytest
import torch
from torch import Tensor

from ml.seagull import prompts
from ml.seagull.language import with_lora
from ml.seagull.network import Seagull, VocabularyError, build
from ml.seagull.preprocessing import RegionInputs, measure, prepare_image, prepare_regions
from ml.seagull.tokens import WordTokens
from ml.seagull.trees import Tree, grow
from tests.ml.seagull.networks import SMALL, asked_alone, picture_and_masks, small_network

TEXTS = [
    prompts.about(prompts.ASK_QUALITY, "The quality is"),
    prompts.about(prompts.ASK_QUALITY),
    prompts.about(prompts.judge_quality("good"), "Yes."),
    prompts.about(prompts.judge_quality("bad"), "No. The quality"),
    prompts.about(prompts.ASK_DISTORTION, "With severe"),
]


@pytest.fixture(scope="module")
def seagull() -> Seagull:
    return small_network()


def inputs(seagull: Seagull) -> tuple[Tensor, RegionInputs]:
    rgb, masks = picture_and_masks()
    low = measure(rgb, seagull.config)
    return prepare_image(rgb, seagull.config, low)[None], prepare_regions(rgb, masks, seagull.config, low)


def tree_of(seagull: Seagull, texts: list[str]) -> Tree:
    return grow([seagull.tokens.encode(text) for text in texts])


def test_the_parts_have_the_agreed_names(seagull: Seagull) -> None:
    names = {name.split(".")[0] for name in seagull.state_dict()}

    assert names == {"encoder", "projector", "extractor", "language", "heads"}
    assert "language.model.layers.0.self_attn.q_proj.weight" in seagull.state_dict()


def test_heads_are_there_when_they_are_wanted() -> None:
    assert build(replace(SMALL, heads=False), WordTokens.of_this_project()).heads is None


def test_a_tokeniser_larger_than_the_vocabulary_is_refused() -> None:
    narrow = replace(SMALL, language=replace(SMALL.language, vocabulary=20))

    with pytest.raises(VocabularyError, match="tokens for a vocabulary of 20"):
        build(narrow, WordTokens.of_this_project())


@torch.inference_mode()
def test_the_prefix_holds_the_prompt_and_the_image(seagull: Seagull) -> None:
    tokens = seagull.tokens
    words = len(tokens.encode(prompts.BEFORE_IMAGE)) + len(tokens.encode(prompts.AFTER_IMAGE))

    prefix = seagull.prefix(seagull.see(inputs(seagull)[0]))

    assert len(prefix) == seagull.prefix_length == 1 + words + 4


@torch.inference_mode()
def test_a_tree_says_what_each_sequence_alone_says(seagull: Seagull) -> None:
    pixels, regions = inputs(seagull)
    rgb, masks = picture_and_masks()
    seen = seagull.see(pixels)
    tree = tree_of(seagull, TEXTS)

    states = seagull.read([tree] * 5, seagull.region_tokens(seen, regions), seagull.prefix(seen))

    said = seagull.logits(states[:, [path[-1] for path in tree.paths]])
    encode = seagull.tokens.encode
    alone = [[asked_alone(seagull, rgb, masks[number], encode(text)) for text in TEXTS] for number in (0, 3)]
    torch.testing.assert_close(said[[0, 3]], torch.stack([torch.stack(row) for row in alone]), atol=1e-4, rtol=1e-4)


@torch.inference_mode()
def test_regions_may_be_asked_different_questions(seagull: Seagull) -> None:
    pixels, regions = inputs(seagull)
    seen = seagull.see(pixels)
    views, prefix = seagull.region_tokens(seen, regions), seagull.prefix(seen)
    small, large = tree_of(seagull, TEXTS[:1]), tree_of(seagull, TEXTS)

    mixed = seagull.read([small, large], views[:2], prefix)

    torch.testing.assert_close(mixed[:1, : len(small)], seagull.read([small], views[:1], prefix), atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(mixed[1:], seagull.read([large], views[1:2], prefix), atol=1e-4, rtol=1e-4)


@torch.inference_mode()
def test_regions_of_several_images_are_read_at_once(seagull: Seagull) -> None:
    pixels, regions = inputs(seagull)
    seen = seagull.see(torch.cat([pixels, pixels.flip(3)]))
    tree, of_image = tree_of(seagull, TEXTS), torch.tensor([1, 0, 1])
    views = torch.cat([seagull.region_tokens(seen[int(number)], regions[:1]) for number in of_image])

    together = seagull.read([tree] * 3, views, seagull.prefix(seen).of_images(of_image))

    for row, number in enumerate(of_image.tolist()):
        alone = seagull.read([tree], views[row : row + 1], seagull.prefix(seen[number]))
        torch.testing.assert_close(together[row : row + 1], alone, atol=1e-4, rtol=1e-4)


def test_every_part_learns_from_the_words(seagull: Seagull) -> None:
    learner = small_network()
    pixels, regions = inputs(learner)
    seen = learner.see(pixels)
    views = learner.region_tokens(seen, regions)

    states = learner.read([tree_of(learner, TEXTS)] * 5, views, learner.prefix(seen))
    learner.logits(states).square().sum().backward()

    silent = [name for name, weight in learner.named_parameters() if weight.grad is None or not weight.grad.any()]
    assert [name for name in silent if not name.startswith("heads.")] == []


def test_lora_changes_what_is_said() -> None:
    adapted = small_network()
    pixels, regions = inputs(adapted)

    def say() -> Tensor:
        with torch.inference_mode():
            seen = adapted.see(pixels)
            views = adapted.region_tokens(seen, regions)
            return adapted.logits(adapted.read([tree_of(adapted, TEXTS)] * 5, views, adapted.prefix(seen)))

    before = say()
    adapted.language = with_lora(adapted.language, adapted.config.language).eval()
    same = say()
    for name, weight in adapted.language.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(weight, std=0.2)

    assert (say() - before).abs().max() > 0.01
    torch.testing.assert_close(same, before)
