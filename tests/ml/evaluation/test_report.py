import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ml.evaluation.predictions import Prediction
from ml.evaluation.report import CLOSED_SET, HEADS, Answers, ask, evaluate
from ml.evaluation.scores import Drawing
from ml.records.region import RecordError, RegionRecord
from tests.ml.evaluation.records import make_record, write_picture

FEW = Drawing(rounds=20)


class Bright:
    """Says the mean of the pixels inside is the quality; remembers how many regions it was shown at a time."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def __call__(self, rgb: NDArray[np.uint8], masks: NDArray[np.bool_]) -> Sequence[Mapping[str, Prediction]]:
        self.asked.append(len(masks))
        return [self.say(float(rgb[mask].mean())) for mask in masks]

    def say(self, quality: float) -> Mapping[str, Prediction]:
        clean, blur = frozenset({"clean"}), frozenset({"blur"})
        return {CLOSED_SET: Prediction(quality, 1.0, clean, clean), HEADS: Prediction(-quality, 1.0, blur, None)}


@pytest.fixture
def records(tmp_path: Path) -> list[RegionRecord]:
    """Nine regions of three pictures, in a mixed order, with their brightness as quality."""
    paths = [write_picture(tmp_path / f"{name}.png", seed) for seed, name in enumerate("abc")]
    blank = [make_record(number, image=paths[number % 3]) for number in range(9)]
    return [make_record(int(r.id), image=r.image, quality=brightness(r)) for r in blank]


def brightness(record: RegionRecord) -> float:
    from ml.images import read

    return float(read(record.image)[record.mask()].mean()) / 255 * 4


def test_every_region_is_asked_about_once_and_image_by_image(records: list[RegionRecord]) -> None:
    judge = Bright()

    report = evaluate(judge, records, version="bright", threshold=0.5, drawing=FEW)

    assert judge.asked == [3, 3, 3]
    assert (report.regions, report.images, report.sources, report.split) == (9, 3, 3, "test")


def test_predictions_meet_their_own_records_in_every_way_of_asking(records: list[RegionRecord]) -> None:
    report = evaluate(Bright(), records, version="bright", threshold=0.5, drawing=FEW)

    assert list(report.ways) == [CLOSED_SET, HEADS]
    assert report.ways[CLOSED_SET].quality.srocc.value == pytest.approx(1.0)
    assert report.ways[HEADS].quality.plcc.value == pytest.approx(-1.0)
    assert report.ways[CLOSED_SET].types.f1.value == 1.0
    assert report.ways[HEADS].types.f1.value == 0.0


def test_a_report_is_plain_json(records: list[RegionRecord]) -> None:
    report = evaluate(Bright(), records, version="bright", threshold=0.4, drawing=FEW)

    found = json.loads(report.as_json())

    assert (found["version"], found["threshold"]) == ("bright", 0.4)
    assert found["ways"][CLOSED_SET]["quality"]["srocc"]["value"] == pytest.approx(1.0)
    assert found["ways"][HEADS]["per_type"]["noise"] is None


def test_the_closed_set_counts_or_the_only_way_there_is(records: list[RegionRecord]) -> None:
    answers = ask(Bright(), records, version="bright")
    only = Answers(answers.records, {"by hand": answers.ways[HEADS]}, 0.0)

    assert answers.judged() == answers.ways[CLOSED_SET]
    assert only.judged() == answers.ways[HEADS]


def test_nothing_to_ask_about_is_refused() -> None:
    with pytest.raises(ValueError, match="no regions"):
        evaluate(Bright(), [], version="bright", threshold=0.5)


def test_a_broken_image_is_named_with_its_record_before_anything_is_asked(records: list[RegionRecord]) -> None:
    judge, broken = Bright(), records[2].image
    broken.write_bytes(broken.read_bytes()[:-200])  # the header, and so the size, is intact

    with pytest.raises(RecordError, match=rf"^record 2: image {broken} cannot be read: the image is damaged"):
        ask(judge, records, version="bright")
    assert judge.asked == []
