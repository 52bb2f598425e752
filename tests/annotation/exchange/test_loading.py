"""What others load an export with gives back what is in the snapshot, column by column."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image as Pictures
from pycocotools.coco import COCO

from annotation.actions.adjudications import adjudicate
from annotation.actions.exclusions import exclude
from annotation.actions.snapshots import take_snapshot
from annotation.actions.votes import DisplayFacts, cast_vote
from annotation.enums import Role, SeatReason
from annotation.exchange.columns import LABEL_COLUMNS, VOTE_COLUMNS, Column
from annotation.exchange.csv_files import flat_names
from annotation.models import Snapshot, Study
from annotation.opinion import DISTORTIONS
from tests.annotation.exchange.by_hand import Said, differences, label_said, vote_said
from tests.annotation.exchange.snapshots import make_nest, read_regions, write
from tests.factories import cast, make_image, make_member, make_opinion, make_region
from tests.pictures import picture_bytes

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore")]  # the library warns of its own dependencies

FACTS = DisplayFacts(
    **dict.fromkeys(("duration_ms", "viewport_width", "viewport_height", "screen_width", "screen_height"), 900),
    **dict.fromkeys(("outline_hidden_ms", "whole_view_ms", "region_view_ms", "away_ms"), 1234),
    device_pixel_ratio=1.25,
    zoom_events=2,
    edits=3,
    row_order=719,
    full_window=False,
    page_build="b17",
    client='Firefox, "144"; =1+1\nsecond line',
)
EMPTY = (set(), {"sitting", "position"})
"""Of labels and of votes: what takes a protocol to be said."""
TYPES = {"text": "str", "integer": "Int64", "number": "float64", "flag": "boolean", "counts": "int64"}
Loader = Callable[..., Any]


def make_study_with_all() -> tuple[Study, dict[str, bytes]]:
    """The nest, and two real photographs: a region decided by a reviewer, and one with an excluded person's vote."""
    study, pictures = make_nest().study, [picture_bytes("PNG", 64, 48), picture_bytes("PNG", 64, 48, mode="L")]
    photo = make_image(study, pictures[0])
    other = make_image(study, pictures[1], split="test")
    decided, doubted = make_region(study, photo), make_region(study, other)
    people = [make_member(study) for _ in range(4)]
    for person, levels in zip(people, ((4, 3, 2, 1, 0, 4), (5, 1, 4, 0, 3, 2), (3, 3, 5, 2, 1, 5)), strict=False):
        cast(decided, person, **dict(zip(DISTORTIONS, levels, strict=True)), importance=4)
    opinion = make_opinion(compression=2, colorfulness=1, quality=0)
    cast_vote(annotator=people[3], region_id=doubted.pk, opinion=opinion, idempotency_key=uuid4(), facts=FACTS)
    cast(doubted, people[0], exposure=3)
    decided.assignments.filter(vote__annotator=people[0]).update(turn=1, reason=SeatReason.MODEL, probability=0.125)
    reviewer = make_member(study, Role.REVIEWER)
    adjudicate(region=decided, by=reviewer, levels={"blur": 5, "quality": 4}, reason="Looked at it.")
    exclude(study=study, annotator=people[3], by=make_member(study, Role.MANAGER), reason="Slept.")
    return study, {photo.sha256: pictures[0], other.sha256: pictures[1]}


def rows_of(snapshot: Snapshot, split: str = "") -> tuple[list[Said], list[Said]]:
    regions = [region for region in read_regions(snapshot) if split in ("", region.image.split)]
    return [label_said(one) for one in regions], [vote_said(one, vote) for one in regions for vote in one.votes]


def names_of(columns: tuple[Column, ...]) -> list[str]:
    return [column.name for column in columns]


def test_the_rows_worked_out_by_hand_have_every_column_and_something_in_nearly_each() -> None:
    study, _ = make_study_with_all()

    tables = rows_of(take_snapshot(study=study))
    for rows, columns, empty in zip(tables, (LABEL_COLUMNS, VOTE_COLUMNS), EMPTY, strict=True):
        names = names_of(columns)
        assert [sorted(row) for row in rows] == [sorted(names)] * len(rows)
        assert {name for name in names if all(row[name] in (None, "") for row in rows)} == empty


def test_parquet_tables_load_as_they_were_written(tmp_path: Path, load: Loader) -> None:
    study, _ = make_study_with_all()
    snapshot = write(study, "parquet", tmp_path / "out")
    files = {name: str(tmp_path / "out" / f"{name}.parquet") for name in ("labels", "votes")}

    labels, votes = (load("parquet", data_files=path, split="train") for path in files.values())

    assert (labels.column_names, votes.column_names) == (names_of(LABEL_COLUMNS), names_of(VOTE_COLUMNS))
    expected = rows_of(snapshot)
    assert differences(labels.to_list(), expected[0]) == []
    assert differences(votes.to_list(), expected[1]) == []


@pytest.mark.parametrize("split", ["train", "test"])
def test_a_data_set_loads_as_it_was_written(split: str, tmp_path: Path, load: Loader) -> None:
    study, _ = make_study_with_all()
    snapshot = write(study, "hf", tmp_path / "gulls", include_images=True)

    labels, votes = load(str(tmp_path / "gulls"), split=split), load(str(tmp_path / "gulls"), "votes", split=split)

    expected = rows_of(snapshot, split)
    assert differences(labels.to_list(), expected[0]) == []
    assert differences(votes.to_list(), expected[1]) == []


def test_the_photographs_of_a_data_set_have_the_originals_pixels(tmp_path: Path, load: Loader) -> None:
    import datasets

    study, pictures = make_study_with_all()
    folder = tmp_path / "gulls"
    write(study, "hf", folder, include_images=True)
    labels = datasets.concatenate_datasets(list(load(str(folder)).values()))
    labels = labels.filter(lambda row: row["image_sha256"] in pictures)

    paths = [str(folder / name) for name in labels["image_file"]]
    seen = labels.add_column("photograph", paths).cast_column("photograph", datasets.Image())

    assert {row["image_sha256"] for row in seen} == set(pictures)
    for row in seen:
        original = Pictures.open(io.BytesIO(pictures[row["image_sha256"]]))
        assert (row["photograph"].mode, row["photograph"].tobytes()) == (original.mode, original.tobytes())
        assert row["photograph"].size == (row["image_width"], row["image_height"])


def test_pandas_reads_the_csv_as_it_was_written(tmp_path: Path) -> None:
    study, _ = make_study_with_all()
    labels, votes = rows_of(write(study, "csv", tmp_path))

    assert differences(read_csv(tmp_path / "labels.csv", LABEL_COLUMNS), [flat(row) for row in labels]) == []
    assert differences(read_csv(tmp_path / "votes.csv", VOTE_COLUMNS), [flat(row) for row in votes]) == []


def test_pycocotools_gives_back_every_column_but_the_source_of_a_mask(tmp_path: Path) -> None:
    study, _ = make_study_with_all()
    labels, votes = rows_of(write(study, "coco", tmp_path))
    expected = [{name: value for name, value in row.items() if name != "source"} for row in labels]

    coco = COCO(str(tmp_path / "annotations.json"))

    assert differences([from_coco(coco, annotation) for annotation in coco.loadAnns(coco.getAnnIds())], expected) == []
    assert differences(read_csv(tmp_path / "votes.csv", VOTE_COLUMNS), [flat(row) for row in votes]) == []


def from_coco(coco: COCO, annotation: dict[str, Any]) -> Said:
    [image], [category] = coco.loadImgs(annotation["image_id"]), coco.loadCats(annotation["category_id"])
    assert annotation["segmentation"]["size"] == [image["height"], image["width"]]
    return {
        "region_id": annotation["id"],
        **{f"image_{name}": image[name] for name in ("name", "sha256", "width", "height")},
        "image_file": image["file_name"],
        **{name: image[name] for name in ("outside_mos", "split")},
        "rle": annotation["segmentation"]["counts"],
        **dict(zip(("box_x", "box_y", "box_width", "box_height"), annotation["bbox"], strict=True)),
        "area": annotation["area"],
        "level": category["name"],
        **annotation["attributes"],
    }


def test_the_records_of_seagull_say_every_column(tmp_path: Path) -> None:
    study, _ = make_study_with_all()
    labels, votes = rows_of(write(study, "seagull", tmp_path))

    records = json.loads((tmp_path / "labels.json").read_bytes())

    assert differences([from_record(record) for record in records], labels) == []
    assert differences(read_csv(tmp_path / "votes.csv", VOTE_COLUMNS), [flat(row) for row in votes]) == []


def from_record(record: dict[str, Any]) -> Said:
    image, rle, box = record.pop("image"), record.pop("rle"), record.pop("box")
    assert rle["size"] == [image["height"], image["width"]]
    scales = record.pop("distortions") | {name: record.pop(name) for name in ("quality", "importance")}
    row = {"region_id": record.pop("id"), "outside_mos": image.pop("outside_mos"), "rle": rle["counts"], **record}
    row |= {f"image_{name}": value for name, value in image.items()}
    row |= zip(("box_x", "box_y", "box_width", "box_height"), box, strict=True)
    for scale, said in scales.items():
        said["low"], said["high"] = said.pop("interval") or (None, None)
        row |= {f"{scale}_{'word' if name == 'severity' else name}": value for name, value in said.items()}
    return row


def read_csv(path: Path, columns: tuple[Column, ...]) -> list[Said]:
    """Typed by the documented kinds, the one apostrophe before text dropped."""
    import pandas as pd

    kinds = {name: column.kind for column in columns for name in flat_names(column)}
    types = {name: TYPES[kind] for name, kind in kinds.items() if kind != "time"}
    times = [name for name, kind in kinds.items() if kind == "time"]
    table = pd.read_csv(
        path, dtype=types, parse_dates=times, float_precision="round_trip", keep_default_na=False, na_values=[""]
    )
    rows = table.astype(object).to_dict("records")
    return [{name: None if pd.isna(value) else as_said(value) for name, value in row.items()} for row in rows]


def as_said(value: object) -> object:
    return value[1:] if isinstance(value, str) and value.startswith("'") else value


def flat(row: Said) -> Said:
    """A column per level of a histogram; a CSV does not tell an empty text from none."""
    parts = {
        f"{name}_{level}": n for name, many in row.items() if isinstance(many, list) for level, n in enumerate(many)
    }
    return {name: None if value == "" else value for name, value in row.items() if not isinstance(value, list)} | parts
