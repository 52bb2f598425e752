import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from ml.images import read
from ml.records import read_records
from ml.synthesis.labels import Yardstick
from ml.synthesis.shards import BuildError, build_shard, lines_of, missing, start, write_index
from ml.synthesis.variants import pictures_of
from tests.ml.synthesis.small_build import content, photographs, small_order


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return photographs(tmp_path / "photos")


def test_a_shard_holds_its_pictures_without_loss_and_a_line_for_each_region(tmp_path: Path, photos: Path) -> None:
    order, out = small_order(photos, images=2), tmp_path / "out"
    start(out, order)

    build_shard(out, order, 0)
    write_index(out, order)

    pictures = [picture for view in range(2) for picture in pictures_of(order, view)]
    lines = list(lines_of(out))
    assert [line["id"] for line in lines] == ["000000-0-0", "000000-0-1", "000001-0-0", "000001-0-1"]
    for picture, line in zip(pictures, lines[::2], strict=True):
        assert np.array_equal(read(out / line["image"]), picture.rgb)
        assert line["kind"] == picture.kind
        assert line["quality"] == pytest.approx(picture.labels[0].quality, abs=1e-4)
    for picture, record in zip(pictures, read_records(out)[::2], strict=True):
        assert np.array_equal(record.mask(), picture.masks[0])


def test_the_index_says_what_is_finished_with_its_hash(tmp_path: Path, photos: Path) -> None:
    order, out = small_order(photos), tmp_path / "out"
    start(out, order)
    build_shard(out, order, 2)

    write_index(out, order)

    index = json.loads((out / "index.json").read_text())
    digest = sha256((out / "shard-00002.jsonl").read_bytes()).hexdigest()
    assert index["shards"] == [{"file": "shard-00002.jsonl", "sha256": digest, "regions": 4}]
    assert not index["complete"]
    assert missing(out, order) == [0, 1]


def test_an_interrupted_shard_leaves_no_line_and_is_made_again_the_same(
    tmp_path: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, out, whole = small_order(photos, images=2), tmp_path / "out", tmp_path / "whole"
    for folder in (out, whole):
        start(folder, order)

    def until_the_second(order: object, view: int) -> object:
        if view == 1:
            raise KeyboardInterrupt
        return pictures_of(order, view)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr("ml.synthesis.shards.pictures_of", until_the_second)
        with pytest.raises(KeyboardInterrupt):
            build_shard(out, order, 0)
    assert missing(out, order) == [0]

    for folder in (out, whole):
        build_shard(folder, order, 0)
    assert content(out) == content(whole)


def test_a_folder_is_not_filled_from_two_different_orders(tmp_path: Path, photos: Path) -> None:
    out = tmp_path / "out"
    start(out, small_order(photos))

    start(out, small_order(photos))
    with pytest.raises(BuildError, match="was begun with seed 1 and not 2; take another folder"):
        start(out, small_order(photos, seed=2))
    with pytest.raises(BuildError, match="yardstick"):
        start(out, small_order(photos, yardstick=Yardstick(scale=0.3)))
