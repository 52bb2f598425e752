"""What is wrong with records."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ml.records.region import RecordError, RegionRecord
from ml.training.checking import by_image, check, image_of
from tests.ml.training.pupils import photographs


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Sequence[RegionRecord]:
    return photographs(tmp_path_factory.mktemp("photographs"), 2, 2)


def test_good_records_pass(records: Sequence[RegionRecord]) -> None:
    check(records)
    assert image_of(records[:2]).shape == (96, 128, 3)


def test_no_records_are_refused() -> None:
    with pytest.raises(RecordError, match=r"^there is no record to learn from$"):
        check([])


def test_an_id_that_comes_twice_is_named(records: Sequence[RegionRecord]) -> None:
    with pytest.raises(RecordError, match=r"^record 0-0: the id comes twice"):
        check([*records, records[0]])


def test_a_photograph_on_both_sides_is_named(records: Sequence[RegionRecord]) -> None:
    leaked = [records[0], replace(records[1], split="test")]

    with pytest.raises(RecordError, match=r"^record 0-1: the photograph 000 is in train and in test$"):
        check(leaked)


def test_an_image_that_cannot_be_decoded_is_named(records: Sequence[RegionRecord], tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.png"
    damaged.write_bytes(records[0].image.read_bytes()[:2000])

    with pytest.raises(RecordError, match=r"^record 0-0: image .*damaged\.png cannot be read"):
        image_of([replace(records[0], image=damaged)])


def test_an_image_of_another_size_is_named(records: Sequence[RegionRecord]) -> None:
    with pytest.raises(
        RecordError, match=r"^record 0-1: the mask is for \(8, 9\) \(height, width\), the image is 96 x 128$"
    ):
        image_of([records[0], replace(records[1], size=(8, 9))])


def test_records_are_grouped_by_image_whatever_their_order(records: Sequence[RegionRecord]) -> None:
    assert by_image(records[::-1]) == by_image(records) == [tuple(records[:2]), tuple(records[2:])]
