from pathlib import Path

import numpy as np
import pytest

from ml.evaluation.judging import from_assessment, head_scores, judge_at, judge_of
from ml.evaluation.predictions import from_answer
from ml.evaluation.report import ANSWERS, CLOSED_SET, HEADS
from ml.seagull.answers import parse
from ml.seagull.network import Seagull
from ml.seagull.predictor import Predictor
from ml.seagull.prompts import ASK_DISTORTION
from ml.seagull.versions import VersionError, save_version
from ml.vocabulary import DISTORTIONS
from tests.ml.pictures import disc, scene
from tests.ml.training.pupils import small

RGB = scene(96, 128)
MASKS = np.stack([disc(96, 128, x, 48, 20) for x in (40, 64, 90)])


@pytest.fixture(scope="module")
def seagull() -> Seagull:
    return small().eval()


def test_closed_set_scores_are_the_predictors(seagull: Seagull) -> None:
    predictor = Predictor(seagull)
    predictor.set_image(RGB)
    expected = [from_assessment(assessed) for assessed in predictor.assess(MASKS)]

    said = judge_of(seagull)(RGB, MASKS)

    assert [ways[CLOSED_SET] for ways in said] == expected
    assert [list(ways) for ways in said] == [[CLOSED_SET, HEADS]] * 3


def test_direct_heads_answer_for_the_same_regions_in_the_same_order(seagull: Seagull) -> None:
    scores = head_scores(seagull, RGB, MASKS)

    said = judge_of(seagull)(RGB, MASKS)

    assert [ways[HEADS].quality for ways in said] == scores.quality.tolist()
    assert [ways[HEADS].importance for ways in said] == scores.importance.tolist()
    assert len({ways[HEADS].quality for ways in said}) == 3


def test_a_network_without_heads_has_nothing_to_say_directly() -> None:
    silent = small().eval()
    silent.heads = None

    assert [list(ways) for ways in judge_of(silent)(RGB, MASKS)] == [[CLOSED_SET]] * 3
    with pytest.raises(ValueError, match="the tiny network has no direct heads"):
        head_scores(silent, RGB, MASKS)


def test_the_threshold_moves_both_ways_of_asking(seagull: Seagull) -> None:
    everything, nothing = (judge_of(seagull, threshold=threshold)(RGB, MASKS)[0] for threshold in (0.0, 1.0))

    assert [len(everything[way].types) for way in (CLOSED_SET, HEADS)] == [6, 6]
    assert [nothing[way].types for way in (CLOSED_SET, HEADS)] == [frozenset({"clean"})] * 2


def test_sentences_are_read_only_for_distortions(seagull: Seagull) -> None:
    predictor = Predictor(seagull)
    predictor.set_image(RGB)
    sentences = [predictor.interview(mask[None], [ASK_DISTORTION])[0][1][0] for mask in MASKS]

    said = judge_of(seagull, answers=True)(RGB, MASKS)

    expected = [
        from_answer(ways[CLOSED_SET].quality, ways[CLOSED_SET].importance, parse(sentence))
        for ways, sentence in zip(said, sentences, strict=True)
    ]
    assert [ways[ANSWERS] for ways in said] == expected


def test_a_saved_version_says_what_its_network_says(seagull: Seagull, tmp_path: Path) -> None:
    save_version(tmp_path / "version", seagull, {})

    said = judge_at(tmp_path / "version")(RGB, MASKS)

    assert said == judge_of(seagull)(RGB, MASKS)
    with pytest.raises(VersionError):
        judge_at(tmp_path)


def test_probabilities_are_kept_beside_what_was_read_from_them(seagull: Seagull) -> None:
    for prediction in (ways[way] for ways in judge_of(seagull)(RGB, MASKS) for way in (CLOSED_SET, HEADS)):
        assert prediction.distortions is not None
        assert set(prediction.distortions) == set(DISTORTIONS)
        assert [sum(shares) for shares in prediction.distortions.values()] == pytest.approx([1.0] * 6)
