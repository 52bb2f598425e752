import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as coco

from ml.images import read
from ml.records import RecordError, read_records
from ml.records.reading import _size_of
from tests.ml.pictures import disc, scene

Change = Callable[[dict[str, Any]], object]
MASK = disc(160, 200, 90, 70, 40)
COUNTS = coco.encode(np.asfortranarray(MASK, dtype=np.uint8))["counts"].decode("ascii")


def line(number: int = 7) -> dict[str, Any]:
    return {
        "id": f"000000-0-{number}",
        "image": "images/a.png",
        "source": "coffee",
        "split": "test",
        "size": [160, 200],
        "counts": COUNTS,
        "quality": 1.5,
        "importance": 3.25,
        "distortions": {"noise": 1.25},
        "kind": "noise",
    }


def write_build(folder: Path, *lines: dict[str, Any]) -> Path:
    _write_image(folder)
    (folder / "shard-00000.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    (folder / "index.json").write_text(json.dumps({"shards": [{"file": "shard-00000.jsonl"}]}))
    return folder


def row(status: str = "settled", rule: str = "1 severity=affected M=4") -> dict[str, Any]:
    """As an export has it; 5 of 7 saw noise and 2 did not, all saw trivial blur, nobody anything else."""
    nothing = {"present": False, "mean_all": 5.0, "mean_affected": None}
    found = {
        "noise": {"present": True, "mean_all": 2.857143, "mean_affected": 2.0},
        "blur": {"present": True, "mean_all": 4.285714, "mean_affected": 4.0},
    }
    kinds = ("exposure", "noise", "blur", "contrast", "colorfulness", "compression")
    return {
        "id": 12,
        "image": {"name": "a.png", "sha256": "ab12", "file": "images/a.png", "width": 200, "height": 160},
        "split": "train",
        "rle": {"size": [160, 200], "counts": COUNTS},
        "distortions": {kind: found.get(kind, nothing) for kind in kinds},
        "quality": {"mean": 2.142857},
        "importance": {"mean": 0.0},
        "status": status,
        "rule": rule,
    }


def write_export(folder: Path, *rows: dict[str, Any]) -> Path:
    _write_image(folder)
    (folder / "labels.json").write_text(json.dumps(rows))
    return folder


def _write_image(folder: Path) -> None:
    (folder / "images").mkdir()
    Image.fromarray(scene()).save(folder / "images/a.png")


def test_a_line_of_a_build_becomes_a_record(tmp_path: Path) -> None:
    (record,) = read_records(write_build(tmp_path, line()))

    assert (record.id, record.image, record.source, record.split) == (
        "000000-0-7",
        tmp_path / "images/a.png",
        "coffee",
        "test",
    )
    assert (record.quality, record.importance, record.distortions) == (1.5, 3.25, {"noise": 1.25})
    assert np.array_equal(record.mask(), MASK)


def test_a_folder_of_builds_is_all_of_them(tmp_path: Path) -> None:
    for name, numbers in {"many": (1, 2), "few": (1,)}.items():
        (tmp_path / name).mkdir()
        write_build(tmp_path / name, *map(line, numbers))

    records = read_records(tmp_path)

    assert [(record.id, record.image) for record in records] == [
        ("few/000000-0-1", tmp_path / "few/images/a.png"),
        ("many/000000-0-1", tmp_path / "many/images/a.png"),
        ("many/000000-0-2", tmp_path / "many/images/a.png"),
    ]


def test_a_settled_region_of_an_export_becomes_a_record(tmp_path: Path) -> None:
    (record,) = read_records(write_export(tmp_path, row("open"), row(), row("disputed")))

    assert (record.id, record.image, record.source, record.split) == ("12", tmp_path / "images/a.png", "ab12", "train")
    assert (record.quality, record.importance) == (2.142857, 0.0)
    assert record.distortions == {"noise": 2.0, "blur": 4.0}
    assert np.array_equal(record.mask(), MASK)


def test_under_the_rule_of_all_votes_severity_is_the_mean_of_all_up_to_trivial(tmp_path: Path) -> None:
    (record,) = read_records(write_export(tmp_path, row(rule="1 severity=all M=4")))

    assert record.distortions == {"noise": 2.857143, "blur": 4.0}


@pytest.mark.parametrize("orientation", range(10))
@pytest.mark.parametrize("kind", ["jpg", "png", "webp", "tif"])
def test_the_header_says_the_size_that_the_pixels_have(tmp_path: Path, kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(scene(40, 60)).save(path := tmp_path / f"a.{kind}", exif=exif)

    assert _size_of(path) == read(path).shape[:2]


def test_a_photograph_that_claims_more_pixels_than_are_ever_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_build(tmp_path, line())
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)

    with pytest.raises(RecordError, match=r"record 000000-0-7: image .*a\.png cannot be read: Image size"):
        read_records(tmp_path)


def test_a_photograph_on_its_side_has_the_size_of_its_upright_pixels(tmp_path: Path) -> None:
    write_build(tmp_path, {**line(), "image": "images/turned.jpg"})
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(scene(200, 160)).save(tmp_path / "images/turned.jpg", exif=exif)

    assert read_records(tmp_path)[0].size == (160, 200)


@pytest.mark.parametrize(
    "change, told",
    [
        (lambda one: one.update(quality=4.2), "quality is 4.2, which is not within 0..4"),
        (lambda one: one.update(importance=float("nan")), "importance is nan, which is not within 0..4"),
        (lambda one: one["distortions"].update(noise=-1), "noise is -1.0, which is not within 0..4"),
        (lambda one: one.update(distortions={"rain": 2}), "'rain' is none of exposure, noise, blur"),
        (lambda one: one.update(counts="not runs"), "the run-length code is empty, cut off or holds characters"),
        (lambda one: one.update(counts="PX5"), "the run-length code does not fill 160 x 200 pixels"),
        (
            lambda one: one.update(size=[200, 160]),
            r"the mask is for \(200, 160\) \(height, width\), .*a.png is \(160, 200\)",
        ),
        (lambda one: one.update(size=[160]), "not enough values"),
        (lambda one: one.update(image="images/lost.png"), r"there is no image .*images/lost\.png"),
        (lambda one: one.update(split="validation"), "split 'validation' is neither train nor test"),
        (lambda one: one.pop("importance"), "'importance' is missing"),
    ],
)
def test_a_record_that_cannot_be_learnt_from_is_named(tmp_path: Path, change: Change, told: str) -> None:
    broken = line(8)
    change(broken)

    with pytest.raises(RecordError, match=f"record 000000-0-8: {told}"):
        read_records(write_build(tmp_path, line(), broken))


def test_an_empty_mask_is_refused(tmp_path: Path) -> None:
    empty = coco.encode(np.zeros((160, 200), dtype=np.uint8, order="F"))["counts"].decode("ascii")

    with pytest.raises(RecordError, match="record 000000-0-7: the mask has no pixels"):
        read_records(write_build(tmp_path, {**line(), "counts": empty}))


def test_an_export_whose_mask_is_for_another_image_is_refused(tmp_path: Path) -> None:
    broken = row()
    broken["image"]["width"] = 640

    with pytest.raises(RecordError, match=r"record 12: the mask is for \(160, 200\) .* the image \(160, 640\)"):
        read_records(write_export(tmp_path, broken))


def test_an_image_that_is_none_is_refused(tmp_path: Path) -> None:
    write_build(tmp_path, line())
    (tmp_path / "images/a.png").write_text("not an image")

    with pytest.raises(RecordError, match=r"record 000000-0-7: image .*a\.png cannot be read: cannot identify"):
        read_records(tmp_path)


def test_a_line_cut_off_is_named_by_its_place(tmp_path: Path) -> None:
    write_build(tmp_path, line())
    with (tmp_path / "shard-00000.jsonl").open("a") as shard:
        shard.write('{"id": "0000')

    with pytest.raises(RecordError, match=r"shard-00000\.jsonl line 2 is not JSON"):
        read_records(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("labels.json", '{"status": "settled"}', "labels.json is not a list of records"),
        ("labels.json", "[7]", "labels.json is not a list of records"),
        ("index.json", "{}", "index.json does not list the shards of a build"),
        ("shard-00000.jsonl", "[7]\n", "shard-00000.jsonl line 1 is no record"),
    ],
)
def test_json_that_holds_something_else_is_refused(tmp_path: Path, name: str, content: str, told: str) -> None:
    write_build(tmp_path, line())
    (tmp_path / name).write_text(content)

    with pytest.raises(RecordError) as refused:
        read_records(tmp_path)
    assert str(refused.value) == told


def test_a_folder_with_nothing_to_learn_from_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"has neither labels\.json .* nor index\.json"):
        read_records(tmp_path)
    with pytest.raises(RecordError, match="holds no labelled regions"):
        read_records(write_export(tmp_path, row("open")))
