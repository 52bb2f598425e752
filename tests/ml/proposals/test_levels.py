import numpy as np

from ml.proposals.levels import graded
from tests.ml.pictures import disc


def test_a_part_of_a_larger_mask_is_a_component_and_the_larger_one_an_object() -> None:
    body, eye = disc(200, 200, 100, 100, 60), disc(200, 200, 80, 90, 20)
    assert [p.level for p in graded([(body, 0.9), (eye, 0.9)], source="test")] == ["object", "component"]


def test_what_lies_on_a_background_is_still_an_object() -> None:
    sky, kite = np.ones((200, 200), dtype=np.bool_), disc(200, 200, 80, 90, 30)
    assert [p.level for p in graded([(sky, 0.9), (kite, 0.9)], source="test")] == ["object", "object"]


def test_a_region_below_one_percent_is_a_component() -> None:
    assert graded([(disc(400, 400, 80, 90, 15), 0.9)], source="test")[0].level == "component"


def test_backgrounds_and_specks_score_less_than_a_thing_of_the_same_sureness() -> None:
    thing, sky, speck = disc(200, 200, 100, 100, 40), np.zeros((200, 200), dtype=np.bool_), disc(200, 200, 20, 20, 4)
    sky[:80] = True
    scores = [p.score for p in graded([(thing, 0.9), (sky, 0.9), (speck, 0.9)], source="test")]
    assert scores[0] == 0.9
    assert scores[1] == 0.45
    assert scores[2] < 0.6


def test_nothing_found_is_nothing() -> None:
    assert graded([], source="test") == []
