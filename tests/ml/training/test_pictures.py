"""Prepared images, on disk and off it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from pycocotools import mask as coco

from ml.images import read
from ml.records.region import RegionRecord
from ml.seagull.lowlevel import geometry
from ml.seagull.lowlevel.transforms import IMAGE_NAMES, REGION_NAMES
from ml.seagull.preprocessing import measure, prepare_image, prepare_regions
from ml.training.cache import Cache
from ml.training.order import Chunk
from ml.training.pictures import Example, Pictures
from tests.ml.pictures import everything_under
from tests.ml.training.pupils import SMALL, photographs, small

ROUNDING = 0.5 / 255 / 0.26
"""Half of an 8-bit step, in CLIP's units."""
TURNED = [
    *(REGION_NAMES.index(f"product_{way}{kind}{scale}") for way in "de" for kind in ("", "_abs") for scale in (0, 1)),
    len(REGION_NAMES) + len(IMAGE_NAMES) + geometry.NAMES.index("x"),
]
"""Statistics that know left from right."""


@pytest.fixture
def images(tmp_path: Path) -> list[tuple[RegionRecord, ...]]:
    return [tuple(photographs(tmp_path / "photographs", 1, 3))]


def example(pictures: Pictures) -> Example:
    return pictures.example(Chunk(0, (2, 0)))


def test_an_example_holds_what_inference_prepares_but_for_rounding(images: list[tuple[RegionRecord, ...]]) -> None:
    records = (images[0][2], images[0][0])
    rgb = read(records[0].image)
    low = measure(rgb, SMALL)
    masks = torch.from_numpy(records[0].mask()[None]), torch.from_numpy(records[1].mask()[None])

    of = example(Pictures(images, SMALL))

    wanted = prepare_regions(rgb, torch.cat(masks).numpy(), SMALL, low)
    assert of.records == records
    assert of.pixels is not None
    assert torch.allclose(of.pixels, prepare_image(rgb, SMALL, low), atol=ROUNDING)
    assert torch.allclose(of.inputs.crops, wanted.crops, atol=ROUNDING)
    assert torch.equal(of.inputs.masks, wanted.masks)
    assert torch.equal(of.inputs.statistics, wanted.statistics)


def test_a_cached_example_is_the_same(images: list[tuple[RegionRecord, ...]], tmp_path: Path) -> None:
    cached = Pictures(images, SMALL, Cache(tmp_path / "cache"))

    first, second = example(cached), example(cached)
    fresh = example(Pictures(images, SMALL))

    assert first.pixels is not None
    assert second.pixels is not None
    assert fresh.pixels is not None
    assert torch.equal(first.pixels, second.pixels)
    assert torch.equal(first.pixels, fresh.pixels)
    assert torch.equal(second.inputs.crops, fresh.inputs.crops)


def test_a_broken_file_in_the_cache_is_made_anew(images: list[tuple[RegionRecord, ...]], tmp_path: Path) -> None:
    cached = Pictures(images, SMALL, Cache(tmp_path / "cache"))
    first = example(cached)
    (path,) = (tmp_path / "cache").rglob("*.safetensors")
    path.write_bytes(b"")

    second = example(cached)

    assert torch.equal(first.inputs.crops, second.inputs.crops)
    assert path.stat().st_size > 0


def test_a_cached_image_is_not_decoded_again(images: list[tuple[RegionRecord, ...]], tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    first = example(Pictures(images, SMALL, cache))
    (path,) = (tmp_path / "cache").rglob("*.safetensors")
    before = path.stat().st_mtime_ns

    second = example(Pictures(images, SMALL, cache))

    assert torch.equal(first.inputs.masks, second.inputs.masks)
    assert path.stat().st_mtime_ns == before


def test_statistics_are_those_of_the_example_and_are_made_anew_from_a_broken_file(
    images: list[tuple[RegionRecord, ...]], tmp_path: Path
) -> None:
    cached = Pictures(images, SMALL, Cache(tmp_path / "cache"))
    wanted = Pictures(images, SMALL).example(Chunk(0, (0, 1, 2))).inputs.statistics

    made, kept = cached.statistics(0).clone(), cached.statistics(0)
    (path,) = (tmp_path / "cache").rglob("*.safetensors")
    path.write_bytes(b"")
    anew = cached.statistics(0)

    assert [torch.equal(one, wanted) for one in (made, kept, anew)] == [True, True, True]


def test_an_image_is_kept_with_the_levels_of_a_frozen_encoder(
    images: list[tuple[RegionRecord, ...]], tmp_path: Path
) -> None:
    cached = Pictures(images, SMALL, Cache(tmp_path / "cache"), small().encoder)

    cached.keep(0)

    kept = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "cache").rglob("*.safetensors")}
    assert len(kept) == 2
    cached.keep(0)
    example(cached)
    assert {path.name: path.stat().st_mtime_ns for path in (tmp_path / "cache").rglob("*.safetensors")} == kept


def test_another_encoder_gets_its_own_levels(images: list[tuple[RegionRecord, ...]], tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")

    one = example(Pictures(images, SMALL, cache, small(seed=1).encoder))
    other = example(Pictures(images, SMALL, cache, small(seed=2).encoder))

    assert one.pixels is None
    assert [tuple(level.shape) for level in one.levels] == [(8, 16, 16), (12, 8, 8), (16, 4, 4), (24, 2, 2)]
    assert not torch.equal(one.levels[0], other.levels[0])
    assert len(list((tmp_path / "cache").rglob("*.safetensors"))) == 3


def test_a_cache_file_is_there_only_when_it_is_whole(tmp_path: Path) -> None:
    def broken() -> dict[str, torch.Tensor]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Cache(tmp_path).get("ab12", broken)

    assert everything_under(tmp_path) == ["ab"]


def test_a_mirrored_example_is_that_of_the_mirrored_picture(tmp_path: Path) -> None:
    records = photographs(tmp_path / "photographs", 1, 2, size=(64, 64))  # no resizing of the masks
    swapped = [mirrored(record, tmp_path / "mirrored.png") for record in records]

    of = Pictures([tuple(records)], SMALL).example(Chunk(0, (0, 1)), mirrored=True)
    wanted = Pictures([tuple(swapped)], SMALL).example(Chunk(0, (0, 1)))

    assert of.pixels is not None
    assert wanted.pixels is not None
    assert torch.allclose(of.pixels[:3], wanted.pixels[:3], atol=2 * ROUNDING)
    assert torch.equal(of.inputs.masks, wanted.inputs.masks)
    assert (
        of.inputs.crops - wanted.inputs.crops
    ).abs().mean() < 0.1 * of.inputs.crops.std()  # the box ends a pixel early
    assert torch.allclose(of.inputs.statistics[:, TURNED], wanted.inputs.statistics[:, TURNED], atol=1e-6)
    untouched = Pictures([tuple(records)], SMALL).example(Chunk(0, (0, 1)))
    assert ((untouched.inputs.statistics - wanted.inputs.statistics)[:, TURNED].abs().amax(0) > 1e-4).all()


def mirrored(record: RegionRecord, path: Path) -> RegionRecord:
    Image.fromarray(np.ascontiguousarray(read(record.image)[:, ::-1])).save(path)
    counts = coco.encode(np.asfortranarray(record.mask()[:, ::-1]).astype(np.uint8))["counts"]
    return replace(record, image=path, counts=counts.decode())
