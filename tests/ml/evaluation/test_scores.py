import numpy as np
import pytest

from ml.evaluation.predictions import Prediction
from ml.evaluation.scores import Drawing, score
from ml.evaluation.sets import pairs_of, types_of
from tests.ml.evaluation.records import make_record

FEW = Drawing(rounds=50)
CLEAN = frozenset({"clean"})


def test_a_perfect_model_scores_one_everywhere() -> None:
    found: list[dict[str, float | None]] = [{"blur": 1.0}, {}, {"noise": 3.0, "contrast": 0.5}, {"blur": 4.0}]
    records = [
        make_record(n, source=f"s{n}", quality=n / 2, importance=4 - n, distortions=d) for n, d in enumerate(found)
    ]
    words = [{"blur": "severe"}, {}, {"noise": "minor", "contrast": "extreme"}, {"blur": "trivial"}]
    said = [Prediction(n / 2, 4 - n, types_of(d), pairs_of(d)) for n, d in enumerate(words)]

    scores = score(records, said, FEW)

    assert scores.quality.srocc.value == scores.importance.plcc.value == pytest.approx(1.0)
    assert scores.severities is not None
    assert scores.types.f1.value == scores.severities.f1.value == 1.0
    assert scores.per_type == {
        **dict.fromkeys(["blur", "contrast", "noise", "clean"], 1.0),
        **dict.fromkeys(["colorfulness", "compression", "exposure"]),
    }
    assert (scores.per_type_average, scores.unread, scores.flagged) == (1.0, 0, 0)


def test_regions_with_an_unknown_severity_count_for_types_only() -> None:
    records = [
        make_record(0, source="a", distortions={"blur": None}),
        make_record(1, source="b", distortions={"noise": 1.0}),
    ]
    said = [Prediction(1.0, 1.0, frozenset({"blur"}), frozenset({"minor blur"}))] * 2

    scores = score(records, said, FEW)

    assert (scores.types.regions, scores.types.f1.value) == (2, 0.5)
    assert scores.severities is not None
    assert (scores.severities.regions, scores.severities.f1.value) == (1, 0.0)


def test_without_any_severity_there_is_no_score_for_them() -> None:
    records = [make_record(0, source="a", distortions={"blur": None}), make_record(1, source="b")]

    assert score(records, [Prediction(1.0, 1.0, CLEAN, CLEAN)] * 2, FEW).severities is None


def test_a_model_that_says_no_severities_is_not_scored_on_them() -> None:
    records = [make_record(0, source="a", distortions={"blur": 1.0}), make_record(1, source="b")]

    assert score(records, [Prediction(1.0, 1.0, CLEAN, None)] * 2, FEW).severities is None


def test_unread_and_contradictory_answers_are_counted() -> None:
    records = [make_record(number, source=str(number)) for number in range(3)]
    nothing, odd = Prediction(1.0, 1.0, frozenset(), frozenset()), Prediction(1.0, 1.0, CLEAN, CLEAN, flagged=True)

    scores = score(records, [nothing, odd, odd], FEW)

    assert (scores.unread, scores.flagged, scores.types.f1.value) == (1, 2, pytest.approx(2 / 3))


def test_intervals_come_from_photographs() -> None:
    rng = np.random.default_rng(1)
    quality = rng.uniform(0, 4, size=200)
    said = [Prediction(float(q + e), 1.0, CLEAN, None) for q, e in zip(quality, rng.normal(size=200), strict=True)]
    many = [make_record(n, source=str(n), quality=float(q)) for n, q in enumerate(quality)]
    few = [make_record(n, source=str(n % 4), quality=float(q)) for n, q in enumerate(quality)]

    wide, narrow = score(few, said).quality.srocc, score(many, said).quality.srocc

    assert narrow.low < narrow.value < narrow.high
    assert narrow.value == wide.value
    assert (wide.low, wide.high) != (narrow.low, narrow.high)


def test_a_prediction_for_each_record_is_wanted() -> None:
    with pytest.raises(ValueError, match="2 records cannot be compared with 1 predictions"):
        score([make_record(0), make_record(1)], [Prediction(1.0, 1.0, CLEAN, CLEAN)])
