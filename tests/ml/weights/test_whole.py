"""A converted checkpoint at work, beside plain sequences: one region, one question, the whole prompt each time."""

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from torch import Tensor

from ml.seagull import load_predictor, prompts
from ml.seagull.answers import tidy
from ml.seagull.predictor import Masks, Predictor, Rgb
from ml.seagull.preprocessing import prepare_image, prepare_regions
from ml.seagull.scoring import CHOICES, assessments, first_tokens
from ml.seagull.tokens import SentencePieceTokens
from ml.weights.converting import convert
from tests.ml.seagull.networks import numbers_of, picture_and_masks
from tests.ml.weights.published import SMALL, publish

SAME = 1e-5
"""A hundredth of what the least unlike two regions differ by."""
LONGEST = 5


@pytest.fixture(scope="module")
def predictor(tmp_path_factory: pytest.TempPathFactory) -> Predictor:
    folder = tmp_path_factory.mktemp("weights")
    publish(folder / "published", SMALL)
    convert(folder / "published", folder / "version", config=SMALL)
    found = load_predictor(folder / "version", "cpu")
    assert isinstance(found.seagull.tokens, SentencePieceTokens)
    return found


@torch.inference_mode()
def next_token(predictor: Predictor, rgb: Rgb, mask: Masks, prompt: Sequence[int]) -> Tensor:
    """Logits after one sequence of ids, in which the image comes where its place is and the views in theirs."""
    seagull, tokens = predictor.seagull, predictor.seagull.tokens
    seen = seagull.see(prepare_image(rgb, SMALL)[None])
    views = seagull.region_tokens(seen, prepare_regions(rgb, mask[None], SMALL))
    before = [tokens.bos, *tokens.encode(prompts.BEFORE_IMAGE)]
    place = list(prompt).index(tokens.global_id)
    pieces = [
        seagull.words(torch.tensor([before])),
        seen.image_tokens,
        seagull.words(torch.tensor([prompt[:place]])),
        views,
        seagull.words(torch.tensor([prompt[place + 2 :]])),
    ]
    logits: Tensor = seagull.language(inputs_embeds=torch.cat(pieces, dim=1)).logits
    return logits[0, -1]


def test_it_assesses_as_every_question_alone_is_answered(predictor: Predictor) -> None:
    rgb, masks = picture_and_masks()
    tokens = predictor.seagull.tokens
    predictor.set_image(rgb)

    found = predictor.assess(masks[:2])

    logs: dict[str, list[Tensor]] = {name: [] for name in CHOICES}
    for mask in masks[:2]:
        for name, (text, words) in CHOICES.items():
            logits = next_token(predictor, rgb, mask, tokens.encode(prompts.AFTER_IMAGE + text))
            logs[name].append(logits[list(first_tokens(tokens, text, words))].double().log_softmax(dim=0))
    alone = assessments({name: torch.stack(rows) for name, rows in logs.items()}, [one.flags for one in found])
    ours, theirs = ([numbers_of(one) for one in ones] for ones in (found, alone))
    np.testing.assert_allclose(ours, theirs, atol=SAME, rtol=0)
    assert np.abs(ours[0] - ours[1]).max() > 100 * SAME


def test_it_answers_with_the_likeliest_words(predictor: Predictor, monkeypatch: pytest.MonkeyPatch) -> None:
    rgb, masks = picture_and_masks()
    monkeypatch.setattr("ml.seagull.predictor.LONGEST_ANSWER", LONGEST)
    questions = [prompts.ASK_DISTORTION, prompts.judge_quality("good")]
    predictor.set_image(rgb)

    heard = predictor.interview(masks[:2], questions)

    told = [[_told(predictor, rgb, mask, question) for question in questions] for mask in masks[:2]]
    assert [sentences for _, sentences in heard] == told
    assert max(len(sentence) for of_region in told for sentence in of_region) > 0


def _told(predictor: Predictor, rgb: Rgb, mask: Masks, question: str) -> str:
    tokens = predictor.seagull.tokens
    ids = tokens.encode(prompts.AFTER_IMAGE + prompts.about(question))
    said: list[int] = []
    while len(said) < LONGEST:
        token = int(next_token(predictor, rgb, mask, [*ids, *said])[: tokens.size].argmax())
        if token == tokens.eos:
            break
        said.append(token)
    return tidy(tokens.decode(said))
