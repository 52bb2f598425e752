from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn import functional

from ml.seagull.crops import squashed
from ml.seagull.preprocessing import InputError, measure, prepare_image, prepare_regions, shrunk
from ml.seagull.presets import SEVEN_B, TINY
from tests.ml.pictures import disc, scene

MEAN, STD = np.array([0.48145466, 0.4578275, 0.40821073]), np.array([0.26862954, 0.26130258, 0.27577711])
SMALL = replace(SEVEN_B, encoder=replace(SEVEN_B.encoder, side=64))


@pytest.mark.parametrize(("height", "width"), [(160, 200), (200, 160), (90, 90), (40, 600), (33, 34)])
def test_a_picture_is_resized_in_eight_bits_then_squashed_then_normalised(height: int, width: int) -> None:
    rgb = scene(height, width)

    pixels = prepare_image(rgb, SMALL)

    short = min(height, width)
    size = (int(64 * width / short), int(64 * height / short))
    kept = np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.BICUBIC), dtype=np.float64)
    square = between(between(kept, 64).transpose(1, 0, 2), 64).transpose(1, 0, 2)
    expected = ((square / 255 - MEAN) / STD).transpose(2, 0, 1)
    np.testing.assert_allclose(pixels.numpy(), expected, rtol=0, atol=1e-4)


def between(picture: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    """Bilinear along the first axis, pixels as areas, no antialiasing."""
    place = np.clip((np.arange(side) + 0.5) * len(picture) / side - 0.5, 0, None)
    low = place.astype(int)
    high, part = np.minimum(low + 1, len(picture) - 1), (place - low)[:, None, None]
    return np.asarray(picture[low] * (1 - part) + picture[high] * part)


@pytest.mark.parametrize(("height", "width"), [(160, 200), (768, 1024), (1024, 768)])
def test_the_published_preset_sees_the_published_pixels_to_the_bit_whatever_the_size(height: int, width: int) -> None:
    rgb = np.random.default_rng(1).integers(0, 256, size=(height, width, 3), dtype=np.uint8)
    mask = np.ones((1, height, width), dtype=np.bool_)

    seen, crop = prepare_image(rgb, SEVEN_B), prepare_regions(rgb, mask, SEVEN_B).crops[0]

    assert torch.equal(seen, as_released(rgb))
    assert torch.equal(crop, as_released(rgb[:-1, :-1]))


def as_released(rgb: NDArray[np.uint8]) -> Tensor:
    """Bicubic by PIL on 8 bits, the shortest edge to 512; to CLIP's units; then bilinear to a square of 512."""
    height, width = rgb.shape[:2]
    short = min(height, width)
    resized = Image.fromarray(rgb).resize(
        (int(512 * width / short), int(512 * height / short)), Image.Resampling.BICUBIC
    )
    scaled = (np.asarray(resized) * (1 / 255)).astype(np.float32)
    units = (scaled - MEAN.astype(np.float32)) / STD.astype(np.float32)
    planes = torch.from_numpy(np.ascontiguousarray(units.transpose(2, 0, 1)))
    return functional.interpolate(planes[None], size=(512, 512), mode="bilinear", align_corners=False)[0]


def test_the_small_preset_sees_measurements_beside_the_colours() -> None:
    rgb = scene()
    low = measure(rgb, TINY)
    assert low is not None

    pixels = prepare_image(rgb, TINY, low)

    assert (tuple(pixels.shape), pixels.dtype) == ((7, 256, 256), torch.float32)
    assert torch.equal(pixels[:3], squashed(rgb, 256))
    assert np.array_equal(pixels[3:].numpy(), low.eyes(256))


def test_the_published_preset_measures_nothing() -> None:
    assert measure(scene(), SEVEN_B) is None


def test_masks_are_sampled_at_the_rounded_down_pixel() -> None:
    mask = np.random.default_rng(0).random((1, 150, 100)) < 0.5

    small = shrunk(mask, 64)

    expected = [[mask[0, int(row * 150 / 64), int(column * 100 / 64)] for column in range(64)] for row in range(64)]
    assert np.array_equal(small[0], np.array(expected))


def test_a_crop_is_the_bounding_box_without_its_last_row_and_column() -> None:
    rgb = scene(160, 200)
    mask = disc(160, 200, 90, 70, 30)

    regions = prepare_regions(rgb, mask[None], SMALL)

    assert torch.equal(regions.crops[0], squashed(rgb[40:100, 60:120], 64, released=True))
    assert (tuple(regions.masks.shape), tuple(regions.statistics.shape)) == ((1, 64, 64), (1, 0))


@pytest.mark.parametrize("rows", [slice(30, 31), slice(30, 90)])
@pytest.mark.parametrize("columns", [slice(50, 51), slice(50, 120)])
def test_a_crop_keeps_its_only_row_and_its_only_column(rows: slice, columns: slice) -> None:
    rgb = scene(160, 200)
    mask = np.zeros((1, 160, 200), dtype=np.bool_)
    mask[0, rows, columns] = True

    regions = prepare_regions(rgb, mask, SMALL)

    kept = rgb[30 : max(rows.stop - 1, 31), 50 : max(columns.stop - 1, 51)]
    assert torch.equal(regions.crops[0], squashed(kept, 64, released=True))


def test_the_crop_of_an_empty_mask_is_the_mean_colour() -> None:
    regions = prepare_regions(scene(), np.zeros((1, 160, 200), dtype=np.bool_), SMALL)

    assert torch.equal(regions.crops, torch.zeros(1, 3, 64, 64))
    assert {"empty", "no_cell_at_level_1"} <= regions.flags[0]


def test_a_region_is_prepared_the_same_alone_and_beside_others() -> None:
    rgb = scene()
    masks = np.stack([disc(160, 200, x, 80, radius) for x, radius in ((40, 20), (100, 60), (150, 3))])
    low = measure(rgb, TINY)

    together = prepare_regions(rgb, masks, TINY, low)

    for number in range(3):
        alone = prepare_regions(rgb, masks[number : number + 1], TINY, low)
        part = together[number : number + 1]
        assert (torch.equal(part.masks, alone.masks), torch.equal(part.crops, alone.crops)) == (True, True)
        torch.testing.assert_close(part.statistics, alone.statistics, rtol=1e-4, atol=1e-4)
        assert part.flags == alone.flags


def test_no_regions_are_fine() -> None:
    regions = prepare_regions(scene(), np.zeros((0, 160, 200), dtype=np.bool_), SMALL)

    assert (len(regions), tuple(regions.crops.shape), regions.flags) == (0, (0, 3, 64, 64), ())


def test_masks_of_another_size_are_refused() -> None:
    with pytest.raises(InputError, match="R x 160 x 200 of bool, not \\(1, 160, 201\\)"):
        prepare_regions(scene(), np.zeros((1, 160, 201), dtype=np.bool_), SMALL)


def test_grey_or_float_pictures_are_refused() -> None:
    with pytest.raises(InputError, match="HxWx3 of uint8"):
        prepare_image(scene()[..., 0], SMALL)
    with pytest.raises(InputError, match="of float32"):
        prepare_image(scene().astype(np.float32), SMALL)


def test_measurements_that_are_needed_are_asked_for() -> None:
    with pytest.raises(InputError, match="`measure`"):
        prepare_image(scene(), TINY)
