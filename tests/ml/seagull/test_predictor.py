import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml.seagull import load_predictor, prompts
from ml.seagull.answers import tidy
from ml.seagull.predictor import DeviceError, NoImageError, Predictor, choose_device
from ml.seagull.preprocessing import InputError
from ml.seagull.regions import FLAGS
from ml.seagull.scoring import CHOICES, assessments
from ml.seagull.versions import save_version
from tests.ml.pictures import scene
from tests.ml.seagull.networks import (
    asked_alone,
    assess,
    numbers_of,
    picture_and_masks,
    small_network,
    told_word_by_word,
)

SAME = 1e-4
"""What float32 may differ by when other regions are in the batch."""
HALF = {torch.bfloat16: 0.1, torch.float16: 0.02}
"""What rounding does to loud random weights; expectations over 0..5 included."""


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    return Predictor(small_network(), "cpu")


def test_regions_differ_from_each_other(predictor: Predictor) -> None:
    found = assess(predictor, picture_and_masks()[1])

    apart = [np.abs(a - b).max() for number, a in enumerate(found) for b in found[:number]]
    assert min(apart) > 100 * SAME


def test_a_region_scores_the_same_alone_and_in_a_batch(predictor: Predictor) -> None:
    _, masks = picture_and_masks()

    together = assess(predictor, masks)
    alone = np.concatenate([assess(predictor, mask[None]) for mask in masks])

    np.testing.assert_allclose(alone, together, atol=SAME)


def test_a_region_scores_the_same_beside_any_other(predictor: Predictor) -> None:
    _, masks = picture_and_masks()

    beside = [assess(predictor, masks[[0, other]])[0] for other in range(5)]

    np.testing.assert_allclose(beside, np.repeat(beside[:1], 5, axis=0), atol=SAME)


def test_the_order_of_regions_changes_nothing(predictor: Predictor) -> None:
    _, masks = picture_and_masks()

    forwards, backwards = assess(predictor, masks), assess(predictor, masks[::-1])

    np.testing.assert_allclose(backwards[::-1], forwards, atol=SAME)


def test_the_number_of_regions_per_pass_changes_nothing(predictor: Predictor) -> None:
    _, masks = picture_and_masks()
    by_twos = Predictor(predictor.seagull, "cpu", regions_per_pass=2)

    np.testing.assert_allclose(assess(by_twos, masks), assess(predictor, masks), atol=SAME)


def test_the_same_is_said_twice(predictor: Predictor) -> None:
    _, masks = picture_and_masks()

    assert (assess(predictor, masks) == assess(predictor, masks)).all()


def test_one_tree_says_what_every_question_alone_says(predictor: Predictor) -> None:
    rgb, masks = picture_and_masks()
    encode = predictor.seagull.tokens.encode
    logs: dict[str, list[Tensor]] = {name: [] for name in CHOICES}
    for mask in masks[:2]:
        for number, (name, (text, _)) in enumerate(CHOICES.items()):
            logits = asked_alone(predictor.seagull, rgb, mask, encode(text))[list(predictor.questions.words[number])]
            logs[name].append(logits.double().log_softmax(dim=0))
    nothing: list[frozenset[str]] = [frozenset()] * 2

    alone = [numbers_of(one) for one in assessments({name: torch.stack(rows) for name, rows in logs.items()}, nothing)]

    np.testing.assert_allclose(assess(predictor, masks[:2]), alone, atol=SAME)


def test_any_mask_gets_finite_numbers_and_its_flags(predictor: Predictor) -> None:
    masks = np.zeros((7, 160, 200), dtype=np.bool_)
    masks[1, 80, 100] = True
    masks[2, 20:90, 50] = True
    masks[3] = True
    masks[4, :, :40] = True
    masks[5, 10:60, 10:60] = masks[5, 90:150, 90:150] = True
    masks[6, 20:140, 20:140] = True
    masks[6, 50:90, 50:90] = False
    predictor.set_image(scene())

    found = predictor.assess(masks)

    shapes = set(FLAGS[:7])
    assert np.isfinite([numbers_of(one) for one in found]).all()
    assert [set(one.flags & shapes) for one in found] == [
        {"empty", "tiny"},
        {"one_pixel_wide", "tiny"},
        {"one_pixel_wide", "tiny"},
        {"whole_image", "touches_border"},
        {"touches_border"},
        {"several_parts"},
        {"holes"},
    ]


def test_no_mask_at_all_is_no_work(predictor: Predictor) -> None:
    predictor.set_image(scene())

    assert predictor.assess(np.zeros((0, 160, 200), dtype=np.bool_)) == []


def test_after_an_error_the_next_image_is_assessed_as_ever(predictor: Predictor) -> None:
    rgb, masks = picture_and_masks()
    before = assess(predictor, masks)

    with pytest.raises(InputError):
        predictor.set_image((rgb / 255).astype(np.float32))
    predictor.set_image(rgb)
    with pytest.raises(InputError):
        predictor.assess(masks[:, 1:])

    assert predictor.assess(masks) == predictor.assess(masks)
    np.testing.assert_array_equal(assess(predictor, masks), before)


def test_a_broken_image_leaves_none_behind(predictor: Predictor) -> None:
    predictor.set_image(scene())

    with pytest.raises(InputError):
        predictor.set_image(np.zeros((160, 200, 3), dtype=np.float32))
    with pytest.raises(NoImageError):
        predictor.assess(picture_and_masks()[1])


@pytest.mark.parametrize("dtype", HALF)
def test_half_precision_says_nearly_the_same(predictor: Predictor, dtype: torch.dtype) -> None:
    _, masks = picture_and_masks()
    half = Predictor(small_network(), "cpu", dtype)

    found = assess(half, masks)

    assert half.seagull.dtype == dtype
    np.testing.assert_allclose(found, assess(predictor, masks), atol=HALF[dtype], rtol=0)


def test_an_interview_gives_the_same_numbers_and_the_likeliest_words(
    predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    rgb, masks = picture_and_masks()
    monkeypatch.setattr("ml.seagull.predictor.LONGEST_ANSWER", 6)
    questions = [prompts.ASK_QUALITY, prompts.judge_quality("good")]
    predictor.set_image(rgb)

    heard = predictor.interview(masks, questions)

    seagull, decode = predictor.seagull, predictor.seagull.tokens.decode
    alone = [[told_word_by_word(seagull, rgb, mask, question, 6) for question in questions] for mask in masks]
    assert [sentences for _, sentences in heard] == [[tidy(decode(said)) for said in of_region] for of_region in alone]
    np.testing.assert_allclose([numbers_of(one) for one, _ in heard], assess(predictor, masks), atol=SAME)


def test_views_outlast_the_image(predictor: Predictor) -> None:
    rgb, masks = picture_and_masks()
    predictor.set_image(rgb)
    [said] = predictor.score(views := predictor.views(masks[:1]))
    before = predictor.answers(views, [said], [prompts.ASK_DISTORTION])

    predictor.set_image(rgb[::-1].copy())

    assert predictor.answers(views, [said], [prompts.ASK_DISTORTION]) == before
    assert predictor.score(views) == [said]


def test_threads_share_a_network(predictor: Predictor) -> None:
    _, masks = picture_and_masks()
    alone = [assess(predictor, mask[None]) for mask in masks]
    found: dict[int, NDArray[np.float64]] = {}

    def work(number: int) -> None:
        found[number] = assess(Predictor(predictor.seagull, "cpu"), masks[number][None])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    np.testing.assert_allclose([found[number] for number in range(5)], alone, atol=SAME)


def test_a_version_is_asked_as_the_network_it_was_saved_from(predictor: Predictor, tmp_path: Path) -> None:
    _, masks = picture_and_masks()
    save_version(tmp_path / "first", predictor.seagull, metrics={})

    loaded = load_predictor(tmp_path / "first", "cpu")

    np.testing.assert_allclose(assess(loaded, masks), assess(predictor, masks), atol=SAME)


def test_one_place_decides_on_the_device() -> None:
    usual = "cuda" if torch.cuda.is_available() else "cpu"

    assert choose_device() == torch.device(usual)
    assert choose_device("cpu") == torch.device("cpu")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_a_device_that_is_not_there_is_named() -> None:
    with pytest.raises(DeviceError, match="cuda is asked for"):
        choose_device("cuda")
