from collections import Counter
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.synthesis import KINDS, distort, seed_of
from ml.synthesis.order import Order, source_of
from ml.synthesis.references import view_of
from ml.synthesis.variants import pictures_of
from tests.ml.pictures import scene
from tests.ml.synthesis.small_build import photographs, small_order


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return photographs(tmp_path / "photos")


def test_the_variants_of_a_view_are_the_six_kinds_with_the_same_regions(photos: Path) -> None:
    pictures = list(pictures_of(small_order(photos, images=6, variants=6), 0))

    assert sorted(picture.kind for picture in pictures) == sorted(KINDS)
    assert all(np.array_equal(picture.masks, pictures[0].masks) for picture in pictures)
    assert len({picture.rgb.tobytes() for picture in pictures}) == 6
    assert [picture.name for picture in pictures] == [f"000000-{number}" for number in range(6)]


def test_no_kind_comes_twice_in_the_same_strength(photos: Path) -> None:
    pictures = list(pictures_of(small_order(photos, images=24, variants=24, regions=1), 0))

    assert Counter(picture.kind for picture in pictures) == dict.fromkeys(KINDS, 4)
    assert len({(picture.kind, picture.strength) for picture in pictures}) == 24


def test_a_grey_photograph_has_no_colour_to_distort(tmp_path: Path) -> None:
    Image.fromarray(scene(112, 128)[..., 0]).save(tmp_path / "grey.png")

    order = small_order(
        tmp_path, images=10, variants=10, regions=1, test_sources=("grey",)
    )  # one to learn from is tinted
    pictures = list(pictures_of(order, 0))

    assert Counter(picture.kind for picture in pictures) == {kind: 2 for kind in KINDS if kind != "colorfulness"}


def test_partly_distorted_pictures_are_the_photograph_elsewhere(photos: Path) -> None:
    order = small_order(photos, images=6, variants=6, partial=1.0)

    pictures = list(pictures_of(order, 0))
    stack = np.stack([picture.rgb for picture in pictures]).astype(int)

    untouched = [(np.abs(one - np.median(stack, axis=0)).max(axis=2) == 0).mean() for one in stack]
    assert all(picture.partial for picture in pictures)
    assert np.median(untouched) > 0.3


def test_none_or_all_pictures_can_be_partly_distorted(photos: Path) -> None:
    shares = (0.0, 1.0)

    partial = [{p.partial for p in pictures_of(small_order(photos, variants=4, partial=share), 1)} for share in shares]

    assert partial == [{False}, {True}]


def test_the_same_order_gives_the_same_view_and_another_seed_another(photos: Path) -> None:
    first, again, other = (next(pictures_of(small_order(photos, seed=seed), 3)) for seed in (1, 1, 2))

    assert np.array_equal(first.rgb, again.rgb)
    assert first.labels == again.labels
    assert not np.array_equal(first.rgb, other.rgb)


def test_made_views_go_to_training() -> None:
    picture = next(pictures_of(Order(images=1, side=128, regions=1, procedural=1.0), 0))

    assert picture.source.split == "train"
    assert picture.rgb.shape == (128, 128, 3)


def test_a_built_picture_is_its_view_distorted_with_the_seed_of_that_views_pixels(photos: Path) -> None:
    order = small_order(photos, images=12, variants=12, regions=1, partial=0.0)
    rng = np.random.default_rng([order.seed, 0, 0])
    reference = view_of(source_of(order, 0, rng), order.side, rng).rgb
    digest = sha256(reference.tobytes()).hexdigest()

    pictures = list(pictures_of(order, 0))

    assert len(pictures) == 12
    for picture in pictures:
        seed = seed_of(digest, picture.kind, picture.strength)
        assert np.array_equal(picture.rgb, distort(reference, picture.kind, picture.strength, seed))
