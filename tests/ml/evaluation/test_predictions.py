import pytest

from ml.evaluation.predictions import Prediction, from_answer, from_presence
from ml.evaluation.sets import per_region, types_of
from ml.seagull.answers import parse

NOTHING = (0.0, 0.0, 0.0, 0.0, 0.0, 1.0)
MINOR = (0.1, 0.1, 0.1, 0.2, 0.1, 0.4)
"""There with 0.6, and then most likely minor, though none is the likeliest of the six."""


def test_a_distortion_is_there_when_its_presence_is_above_one_half() -> None:
    said = from_presence(2.5, 1.0, {"blur": MINOR, "noise": NOTHING})

    assert said == Prediction(2.5, 1.0, frozenset({"blur"}), frozenset({"minor blur"}))


def test_the_threshold_can_be_moved() -> None:
    said = from_presence(2.5, 1.0, {"blur": MINOR}, threshold=0.7)

    assert said == Prediction(2.5, 1.0, frozenset({"clean"}), frozenset({"clean"}))


@pytest.mark.parametrize(
    ("text", "types", "pairs", "flagged"),
    [
        ("With minor blur and severe noise distortions.", {"blur", "noise"}, {"minor blur", "severe noise"}, False),
        ("Without distortions.", {"clean"}, {"clean"}, False),
        ("Without distortions, minor blur.", {"blur"}, {"minor blur"}, True),
        ("With minor blur and severe blur distortions.", {"blur"}, {"minor blur"}, True),
        ("With blur distortions.", {"blur"}, {"some blur"}, False),
        ("Hello.", set(), set(), False),
    ],
)
def test_a_sentence_is_read_by_the_stated_rules(text: str, types: set[str], pairs: set[str], flagged: bool) -> None:
    assert from_answer(1.0, 2.0, parse(text)) == Prediction(1.0, 2.0, frozenset(types), frozenset(pairs), flagged)


def test_an_unreadable_sentence_scores_nothing_even_for_a_clean_region() -> None:
    said = from_answer(1.0, 2.0, parse("I see a seagull."))

    assert per_region([types_of(())], [said.types]).sum() == 0.0
