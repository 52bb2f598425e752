import numpy as np

from ml.synthesis.masks import masks_of, shape, soft_area
from tests.ml.pictures import ball_on_grass, iou


def test_masks_are_as_many_as_wanted_large_enough_and_no_two_the_same() -> None:
    masks = masks_of(ball_on_grass()[0], 6, np.random.default_rng(1))

    assert masks.shape == (6, 192, 256)
    assert masks.dtype == np.bool_
    assert masks.sum(axis=(1, 2)).min() >= 1024
    assert len({mask.tobytes() for mask in masks}) == 6


def test_one_of_them_is_the_thing_in_the_picture() -> None:
    picture, ball = ball_on_grass()

    masks = masks_of(picture, 6, np.random.default_rng(1))

    assert max(iou(mask, ball) for mask in masks[:3]) > 0.85


def test_the_same_chance_gives_the_same_masks_and_another_gives_others() -> None:
    picture = ball_on_grass()[0]

    first, again, other = (masks_of(picture, 4, np.random.default_rng(seed)) for seed in (1, 1, 2))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_picture_with_nothing_to_find_gets_shapes() -> None:
    masks = masks_of(np.full((96, 128, 3), 90, dtype=np.uint8), 5, np.random.default_rng(3))

    assert masks.shape == (5, 96, 128)
    assert masks.sum(axis=(1, 2)).min() >= 1024


def test_shapes_differ_in_size_and_are_now_and_then_the_whole_picture() -> None:
    rng = np.random.default_rng(1)

    shares = [float(shape(200, 300, rng).mean()) for _ in range(150)]

    assert 3 <= shares.count(1.0) <= 20
    assert min(shares) * 200 * 300 >= 1024
    assert np.quantile(shares, 0.2) < 0.08
    assert np.quantile(shares, 0.8) > 0.15


def test_in_a_picture_that_hardly_holds_one_the_shape_is_everything() -> None:
    assert shape(40, 50, np.random.default_rng(1)).all()


def test_a_soft_area_is_nearly_whole_inside_nothing_outside_and_between_at_its_outline() -> None:
    areas = [soft_area(200, 300, np.random.default_rng(seed)) for seed in range(20)]

    assert all(area.max() > 0.9 and area.min() < 0.01 for area in areas)
    assert all(((area > 0.1) & (area < 0.9)).any() for area in areas)
    assert all(0.08 < area.mean() < 0.62 for area in areas)
