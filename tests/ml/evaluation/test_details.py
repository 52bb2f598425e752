import json

import numpy as np
import pytest

from ml.evaluation.details import SHOWN, Bin, Disagreement, Presence, bins, details
from ml.evaluation.levels import LEVELS, NONE, TOPS
from ml.evaluation.plain import plain
from ml.evaluation.predictions import Prediction, from_presence
from ml.vocabulary import DISTORTIONS
from tests.ml.evaluation.records import make_record

ABSENT = (0.0, 0.0, 0.0, 0.0, 0.0, 1.0)
SEVERE = (0.0, 0.8, 0.0, 0.0, 0.0, 0.2)
NOTHING = dict.fromkeys(DISTORTIONS, ABSENT)
CLEAN = frozenset({"clean"})
RECORDS = [
    make_record(0, quality=3.0, importance=1.0, distortions={"blur": 1.0}),
    make_record(1, quality=1.0, importance=2.0, distortions={"blur": 0.4, "noise": None}),
    make_record(2, quality=2.0, importance=3.0),
]
SAID = [
    from_presence(2.5, 1.0, {**NOTHING, "blur": SEVERE}),
    from_presence(1.0, 2.25, {**NOTHING, "blur": SEVERE}),
    from_presence(2.0, 0.0, {**NOTHING, "contrast": SEVERE}),
]


def counted(name: str) -> dict[tuple[str, str], int]:
    confusion = details(RECORDS, SAID).confusion
    assert confusion is not None
    cells = ((row, column) for row in range(6) for column in range(6))
    return {
        (LEVELS[row], LEVELS[column]): confusion[name][row][column]
        for row, column in cells
        if confusion[name][row][column]
    }


def test_severities_are_counted_by_what_people_and_the_model_call_them() -> None:
    assert counted("blur") == {("severe", "severe"): 1, ("extreme", "severe"): 1, (NONE, NONE): 1}
    assert counted("contrast") == {(NONE, "severe"): 1, (NONE, NONE): 2}


def test_a_region_with_an_unknown_severity_is_left_out_of_that_distortion_only() -> None:
    assert counted("noise") == {(NONE, NONE): 2}


@pytest.mark.parametrize("pairs", [frozenset[str](), frozenset({"some blur"}), None])
def test_an_answer_without_a_word_is_left_out(pairs: frozenset[str] | None) -> None:
    said = [Prediction(1.0, 1.0, CLEAN, pairs), *SAID[1:]]

    confusion = details(RECORDS, said).confusion

    assert confusion is not None
    assert sum(map(sum, confusion["blur"])) == 2


def test_a_model_without_severities_and_probabilities_has_numbers_only() -> None:
    said = [Prediction(2.0, 1.0, CLEAN, None)] * 3

    found = details(RECORDS, said)

    assert (found.confusion, found.presence) == (None, None)
    assert {scale for scale, error in found.errors.items() if error is not None} == {"quality", "importance"}


def test_errors_are_in_levels_and_a_distortion_that_is_not_there_is_at_five() -> None:
    errors = details(RECORDS, SAID).errors

    assert list(errors) == list(TOPS)
    assert errors["quality"] == pytest.approx(0.5 / 3)
    assert errors["importance"] == pytest.approx(3.25 / 3)
    assert errors["blur"] == pytest.approx((0.8 + 1.4 + 0.0) / 3)  # the model says 0.8 * 1 + 0.2 * 5 = 1.8 twice
    assert errors["contrast"] == pytest.approx(3.2 / 3)
    assert errors["noise"] == 0.0


def test_the_furthest_regions_come_first_and_once_each_on_their_worst_scale() -> None:
    found = details(RECORDS, SAID).disagreements

    assert found == (
        Disagreement("2", "importance", 0.0, 3.0),
        Disagreement("1", "blur", pytest.approx(1.8), 0.4),
        Disagreement("0", "blur", pytest.approx(1.8), 1.0),
    )


def test_a_dozen_is_shown_and_agreement_is_not() -> None:
    records = [make_record(number, quality=2.0) for number in range(30)]
    said = [Prediction(2.0 + number / 10, 1.0, CLEAN, CLEAN) for number in range(30)]

    many = details(records, said).disagreements
    few = details(records[:3], said[:3]).disagreements

    assert [one.record for one in many] == [str(number) for number in range(29, 29 - SHOWN, -1)]
    assert [one.record for one in few] == ["2", "1"]


def test_numbers_are_put_into_bins_by_what_the_model_said() -> None:
    found = bins([(0.0, 1.0), (0.4, 2.0), (0.5, 3.0), (4.0, 4.0), (4.5, 2.0), (-1.0, 0.0)], top=4.0, count=8)

    assert found == (
        Bin(0.0, 0.5, 3, pytest.approx(-0.2), 1.0),
        Bin(0.5, 1.0, 1, 0.5, 3.0),
        Bin(3.5, 4.0, 2, 4.25, 3.0),
    )
    assert bins([], top=4.0, count=8) == ()


def test_a_presence_that_is_right_as_often_as_it_says_has_no_error() -> None:
    record, clean = make_record(0, distortions={"blur": 1.0}), make_record(1)
    said = [Prediction(1.0, 1.0, CLEAN, None, distortions={"blur": (0.75, 0.0, 0.0, 0.0, 0.0, 0.25)})] * 4

    right = details([record, record, record, clean], said).presence
    wrong = details([clean] * 4, said).presence

    assert right == Presence((Bin(pytest.approx(0.7), pytest.approx(0.8), 4, 0.75, 0.75),), 0.0)
    assert wrong is not None
    assert wrong.error == pytest.approx(0.75)


def test_details_are_plain_json_even_of_a_broken_model() -> None:
    said = [Prediction(np.nan, np.nan, CLEAN, CLEAN)] * 3

    found = json.loads(json.dumps(plain(details(RECORDS, said)), allow_nan=False))

    assert list(found) == ["levels", "confusion", "quality", "importance", "presence", "errors", "disagreements"]
    assert found["errors"]["quality"] is None
    assert found["disagreements"] == []
