from pathlib import Path

import numpy as np
import pytest
from pycocotools.coco import COCO

from tests.annotation.exchange.snapshots import FORMULA, make_nest, write
from tests.factories import make_study

pytestmark = pytest.mark.django_db


def test_pycocotools_finds_images_masks_and_labels(tmp_path: Path) -> None:
    nest = make_nest()
    snapshot = write(nest.study, "coco", tmp_path)

    coco = COCO(str(tmp_path / "annotations.json"))

    image = nest.full.image
    assert sorted(coco.getImgIds()) == sorted([image.pk, nest.clean.image_id])
    assert coco.loadImgs(image.pk) == [
        {
            "id": image.pk,
            "file_name": f"images/{image.sha256}.png",
            "width": 64,
            "height": 48,
            "name": FORMULA,
            "sha256": image.sha256,
            "split": "train",
            "outside_mos": 61.25,
        }
    ]
    assert coco.dataset["info"]["version"] == snapshot.sha256
    assert [category["name"] for category in coco.loadCats(coco.getCatIds())] == ["object", "component"]
    assert coco.getAnnIds(catIds=coco.getCatIds(catNms=["component"])) == [nest.clean.pk]
    [full] = coco.loadAnns(nest.full.pk)
    expected = np.zeros((48, 64), dtype=np.uint8)
    expected[8:40, 10:50] = 1
    assert np.array_equal(coco.annToMask(full), expected)
    assert (full["bbox"], full["area"], full["iscrowd"]) == ([10, 8, 40, 32], 1280, 0)
    attributes = full["attributes"]
    assert (attributes["status"], attributes["n"], attributes["blur_word"]) == ("settled", 3, "extreme")
    assert (attributes["blur_histogram"], attributes["quality_level"]) == ([1, 1, 0, 0, 0, 1], 0)
    assert set(attributes) & {"region_id", "image_name", "rle", "area"} == set()


def test_nothing_but_the_files_named_in_the_card_is_left(tmp_path: Path) -> None:
    write(make_nest().study, "coco", tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["README.md", "annotations.json", "votes.csv"]


def test_a_study_without_regions_is_an_empty_data_set(tmp_path: Path) -> None:
    write(make_study(), "coco", tmp_path)

    coco = COCO(str(tmp_path / "annotations.json"))

    assert (coco.getImgIds(), coco.getAnnIds()) == ([], [])
