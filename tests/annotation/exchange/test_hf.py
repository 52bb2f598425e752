from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from annotation.exchange.hf import metadata, quoted
from annotation.exchange.records import Counts
from tests.annotation.exchange.snapshots import make_nest, write

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore")]  # the library warns of its own dependencies

Loader = Callable[..., Any]


def test_load_dataset_finds_labels_and_votes_by_split(tmp_path: Path, load: Loader) -> None:
    nest = make_nest()
    folder = tmp_path / "gulls"
    write(nest.study, "hf", folder)

    labels, votes = load(str(folder)), load(str(folder), "votes")

    assert labels["train"]["region_id"][:] == [nest.full.pk, nest.begun.pk]
    [clean] = labels["test"]
    assert (clean["region_id"], clean["level"], clean["status"]) == (nest.clean.pk, "component", "settled")
    assert (clean["blur_present"], clean["blur_histogram"]) == (False, [0, 0, 0, 0, 0, 3])
    assert (votes["train"].num_rows, votes["test"].num_rows) == (6, 3)
    assert set(votes["test"]["region_id"][:]) == {nest.clean.pk}


def test_a_split_without_regions_is_left_out(tmp_path: Path, load: Loader) -> None:
    nest = make_nest()
    nest.study.images.update(split="train")
    write(nest.study, "hf", tmp_path / "gulls")

    labels = load(str(tmp_path / "gulls"))

    assert {split: rows.num_rows for split, rows in labels.items()} == {"train": 3}


@pytest.mark.parametrize(
    "text",
    [
        "Möwen 🐦",
        "海鸥 👩\u200d🔬",
        'say "gull" \\ n',
        "a\x07\x1f\x7f\x85\x9f",
        "\xa0\u2028\ufeff\ufffe",
        "\U0010ffff: - #",
        "",
    ],
)
@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.CSafeLoader])
def test_a_name_in_yaml_is_read_as_it_was_written(text: str, loader: type[yaml.SafeLoader]) -> None:
    assert yaml.load(f"name: {quoted(text)}\n".encode(), loader) == {"name": text}  # noqa: S506  both are safe


def test_the_card_s_metadata_is_yaml_whatever_the_name() -> None:
    parts = [("data", "train"), ("data", "test"), ("votes", "train")]
    _, text, _ = metadata('Gulls: "two"\n- and # more', Counts(regions=3261), parts).split("---\n")

    card = yaml.safe_load(text)

    assert card["pretty_name"] == 'Gulls: "two" - and # more'
    assert card["size_categories"] == ["1K<n<10K"]
    labels, votes = card["configs"]
    assert (labels["config_name"], labels["default"], votes["config_name"]) == ("labels", True, "votes")
    assert votes["data_files"] == [{"split": "train", "path": "votes/train-*.parquet"}]
