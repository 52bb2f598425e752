import numpy as np
from PIL import Image
from scipy import ndimage

from ml.proposals.refine import _opened, full_mask
from tests.ml.pictures import Mask, Rgb, disc, iou


def picture_of(mask: Mask) -> Rgb:
    rgb = np.full((*mask.shape, 3), (60, 120, 60), dtype=np.uint8)
    rgb[mask] = (180, 90, 60)
    return rgb


def shrunk(rgb: Rgb, factor: int) -> Rgb:
    return np.asarray(Image.fromarray(rgb).reduce(factor))


def test_a_coarse_mask_moves_to_the_edge_in_the_image() -> None:
    truth = disc(600, 800, 400, 300, 150)
    rgb = picture_of(truth)
    coarse = disc(150, 200, 101, 74, 36)  # off by a pixel and too small
    assert iou(coarse.repeat(4, axis=0).repeat(4, axis=1), truth) < 0.93
    assert iou(full_mask(coarse, shrunk(rgb, 4), rgb, (600, 800)), truth) > 0.955


def test_without_an_edge_the_mask_is_only_smoothed() -> None:
    flat = np.full((600, 800, 3), 90, dtype=np.uint8)
    coarse = disc(150, 200, 100, 75, 36)
    assert iou(full_mask(coarse, shrunk(flat, 4), flat, (600, 800)), disc(600, 800, 401, 301, 145)) > 0.955


def test_outlines_may_be_found_on_a_smaller_image_than_the_full_one() -> None:
    truth = disc(1200, 1600, 800, 600, 300)
    rgb = picture_of(truth)
    found = full_mask(disc(150, 200, 100, 75, 37), shrunk(rgb, 8), shrunk(rgb, 2), (1200, 1600))
    assert iou(found, truth) > 0.97


def test_a_mask_drawn_larger_is_one_part_without_specks() -> None:
    truth = disc(1200, 1600, 800, 600, 300)
    speckled = picture_of(truth)
    speckled[100:130, 700:720] = speckled[600, 800]
    speckled[600:606, 800:806] = speckled[0, 0]
    found = full_mask(disc(150, 200, 100, 75, 60), shrunk(speckled, 8), shrunk(speckled, 2), (1200, 1600))
    assert ndimage.label(found)[1] == 1
    assert ndimage.label(np.pad(~found, 1, constant_values=True))[1] == 1


def test_a_region_at_the_frame_reaches_the_frame() -> None:
    truth = np.zeros((400, 400), dtype=np.bool_)
    truth[250:, 100:300] = True
    found = full_mask(truth[::4, ::4], shrunk(picture_of(truth), 4), picture_of(truth), (400, 400))
    assert found[-1, 120:280].all()
    assert iou(found, truth) > 0.96


def test_what_is_opened_is_what_scipy_opens() -> None:
    disc_of_two = ndimage.iterate_structure(ndimage.generate_binary_structure(2, 1), 2)
    chance = np.random.default_rng(9)
    for _ in range(50):
        mask = ndimage.uniform_filter(chance.random(chance.integers(1, 40, 2)), 3) > 0.42

        expected = ndimage.binary_opening(np.pad(mask, 2, mode="edge"), disc_of_two)[2:-2, 2:-2]

        assert np.array_equal(_opened(mask), expected)


def test_threads_are_cut_off_a_body_but_a_thin_thing_stays() -> None:
    body = disc(100, 100, 40, 50, 20)
    thread = np.zeros_like(body)
    thread[49:51, 55:95] = True
    flat = np.full((100, 100, 3), 90, dtype=np.uint8)
    assert not full_mask(body | thread, flat, flat, (100, 100))[50, 85]
    pole = np.zeros_like(body)
    pole[10:90, 48:52] = True
    assert iou(full_mask(pole, flat, flat, (100, 100)), pole) > 0.8
