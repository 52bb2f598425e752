"""Drafts may be right, wrong or absent: what is said is what the model would write word by word."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from transformers import DynamicCache

from ml.seagull import load_predictor, prompts
from ml.seagull.answers import tidy
from ml.seagull.language import Prefix, with_lora
from ml.seagull.network import Seagull, build
from ml.seagull.predictor import Predictor
from ml.seagull.presets import SEVEN_B, SeagullConfig
from ml.seagull.speaking import Sentence, speak
from ml.seagull.tokens import EOS, WordTokens
from ml.seagull.trees import Tree, grow
from ml.shipped import TINY
from tests.ml.pictures import disc, scene
from tests.ml.seagull.networks import SMALL, picture_and_masks, small_network, told_word_by_word

QUESTIONS = [*prompts.ANALYSES.values(), prompts.judge_quality("good"), prompts.judge_distortion("blur")]


class Counting(Seagull):
    """How many rows each pass had."""

    def __init__(self, config: SeagullConfig, tokens: WordTokens) -> None:
        super().__init__(config, tokens)
        self.rows: list[int] = []

    def read(self, trees: Sequence[Tree], views: Tensor, prefix: Prefix) -> Tensor:
        self.rows.append(len(trees))
        return super().read(trees, views, prefix)


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    """Loud nonsense: it hardly ever ends a sentence, and no draft fits."""
    found = Predictor(small_network(5), "cpu")
    found.set_image(picture_and_masks()[0])
    return found


def sentences(predictor: Predictor, drafts: Sequence[Sequence[int]]) -> list[Sentence]:
    encode = predictor.seagull.tokens.encode
    return [Sentence(encode(prompts.about(one)), draft) for one, draft in zip(QUESTIONS, drafts, strict=False)]


def spoken(predictor: Predictor, masks: slice, asked: list[list[Sentence]], longest: int = 8) -> list[list[list[int]]]:
    views = predictor.views(picture_and_masks()[1][masks])
    speak(predictor.seagull, views.tokens, views.prefix, asked, longest)
    return [[one.said for one in of_region] for of_region in asked]


def test_nonsense_is_said_to_the_letter_whatever_was_drafted(predictor: Predictor) -> None:
    rgb, masks = picture_and_masks()
    alone = [[told_word_by_word(predictor.seagull, rgb, mask, one, 8) for one in QUESTIONS[:3]] for mask in masks[:2]]
    chance = torch.Generator().manual_seed(4)
    noise = [torch.randint(6, 100, (20,), generator=chance).tolist() for _ in range(3)]
    half = [[*alone[0][0][:4], 7, 8, 9], [], alone[0][2][3:]]

    for drafts in ([[], [], []], noise, alone[0], half):
        asked = [sentences(predictor, drafts), sentences(predictor, drafts[::-1])]
        assert spoken(predictor, slice(0, 2), asked) == alone


def test_what_the_model_says_does_not_depend_on_the_longest(predictor: Predictor) -> None:
    [[long]] = spoken(predictor, slice(0, 1), [sentences(predictor, [[]])], longest=9)
    [[short]] = spoken(predictor, slice(0, 1), [sentences(predictor, [long])], longest=5)

    assert short == long[:5]
    assert len(long) == 9


def test_a_good_draft_takes_one_pass_and_none_as_many_as_there_are_words(predictor: Predictor) -> None:
    views = predictor.views(picture_and_masks()[1][:1])
    passes, said = [], sentences(predictor, [[]])[0]
    for draft in ([], said.said):
        asked = [[Sentence(said.question, draft)]]
        passes.append(speak(predictor.seagull, views.tokens, views.prefix, asked, 8))
        said.said[:] = asked[0][0].said

    assert passes == [8, 1]


def test_regions_that_have_said_all_are_read_no_more() -> None:
    counting = Counting(SMALL, WordTokens.of_this_project())
    counting.load_state_dict(small_network(5).state_dict())
    predictor = Predictor(counting, "cpu")
    predictor.set_image(picture_and_masks()[0])
    [[known]] = spoken(predictor, slice(0, 1), [sentences(predictor, [[]])])
    counting.rows.clear()

    spoken(predictor, slice(0, 2), [sentences(predictor, [known]), sentences(predictor, [[]])])

    assert counting.rows[0] == 2
    assert set(counting.rows[1:]) == {1}


def test_the_shipped_model_says_with_drafts_what_it_writes_word_by_word() -> None:
    rgb = scene(96, 128)
    shipped = load_predictor(TINY, "cpu")
    shipped.set_image(rgb)
    masks = np.stack([disc(96, 128, x, y, 18) for x, y in product((30, 64, 100), (30, 66))])

    heard = [said for _, said in shipped.interview(masks, QUESTIONS)]

    undrafted = [sentences(shipped, [[]] * len(QUESTIONS)) for _ in masks]
    views = shipped.views(masks)
    speak(shipped.seagull, views.tokens, views.prefix, undrafted, 64)
    decode = shipped.seagull.tokens.decode
    assert heard == [[decode(one.said) for one in of_region] for of_region in undrafted]
    alone = [decode(told_word_by_word(shipped.seagull, rgb, masks[0], one, 64)) for one in QUESTIONS]
    assert heard[0] == alone


@torch.inference_mode()
def test_the_llama_of_transformers_would_generate_the_same(predictor: Predictor) -> None:
    seagull = predictor.seagull
    [question] = sentences(predictor, [[]])
    views = predictor.views(picture_and_masks()[1][:1])
    own = torch.cat([views.tokens, seagull.words(torch.tensor([list(question.question)[2:]]))], dim=1)
    begin = seagull._begin(predictor._looked().seen.image_tokens)
    spare = seagull.language.lm_head.weight[seagull.tokens.size :]
    kept = spare.clone()
    nn.init.zeros_(spare)

    speak(seagull, views.tokens, views.prefix, [[question]], 12)
    embedded = torch.cat([begin, own], dim=1)
    ones = torch.ones(embedded.shape[:2], dtype=torch.long)
    theirs = seagull.language.generate(
        inputs_embeds=embedded, attention_mask=ones, do_sample=False, max_new_tokens=12, past_key_values=DynamicCache()
    )

    spare.copy_(kept)
    assert question.said == [number for number in theirs[0].tolist() if number != EOS]


def test_the_end_is_not_said_and_spare_places_never() -> None:
    """The vocabulary is larger than the tokeniser; here its last place would be the likeliest of all."""
    seagull = small_network(5)
    predictor = Predictor(seagull, "cpu")
    predictor.set_image(picture_and_masks()[0])
    views = predictor.views(picture_and_masks()[1][:1])
    [one] = sentences(predictor, [[9, 9]])
    with torch.inference_mode():
        direction = seagull.read([grow([one.question])], views.tokens, views.prefix)[0, -1]
        nn.init.zeros_(seagull.language.lm_head.weight)
        seagull.language.lm_head.weight[seagull.tokens.size] = 2 * direction
        seagull.language.lm_head.weight[EOS] = direction

    passes = speak(seagull, views.tokens, views.prefix, [[one]], 8)

    assert (one.said, one.over, passes) == ([], True, 1)


def test_the_published_layout_speaks_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Image tokens of the third level, two-layer projector, no heads and no statistics; as large as a test can be."""
    language = replace(SEVEN_B.language, hidden=64, layers=2, heads=4, intermediate=96, positions=1024)
    encoder = replace(SEVEN_B.encoder, side=64, depths=(1, 1, 1, 1), dims=(16, 24, 32, 48))
    extractor = replace(SEVEN_B.extractor, width=32, mlp=64, local_hidden=32)
    config = replace(SEVEN_B, encoder=encoder, extractor=extractor, language=language)
    monkeypatch.setattr("ml.seagull.predictor.LONGEST_ANSWER", 8)
    predictor = Predictor(small_network(5, config), "cpu")
    rgb, masks = picture_and_masks()
    predictor.set_image(rgb)

    heard = predictor.interview(masks[:2], QUESTIONS[:1])

    alone = [told_word_by_word(predictor.seagull, rgb, mask, QUESTIONS[0], 8) for mask in masks[:2]]
    assert [said for _, said in heard] == [[tidy(predictor.seagull.tokens.decode(ids))] for ids in alone]


def test_additions_of_training_speak_too() -> None:
    seagull = build(SMALL, WordTokens.of_this_project()).eval()
    seagull.load_state_dict(small_network(5).state_dict())
    seagull.language = with_lora(seagull.language, SMALL.language).eval()  # type: ignore[arg-type]
    for name, weight in seagull.named_parameters():
        if "lora_" in name:
            nn.init.normal_(weight, std=0.2)
    predictor = Predictor(seagull, "cpu")
    rgb, masks = picture_and_masks()
    predictor.set_image(rgb)

    said = spoken(predictor, slice(0, 1), [sentences(predictor, [[8, 9]])], longest=5)

    assert said == [[told_word_by_word(seagull, rgb, masks[0], QUESTIONS[0], 5)]]
