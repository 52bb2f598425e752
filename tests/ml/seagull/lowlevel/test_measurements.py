import numpy as np
import pytest
from numpy.typing import NDArray

from ml.seagull.lowlevel import EYES, STATISTICS, low_level
from ml.seagull.lowlevel.geometry import NAMES as PLACES
from ml.seagull.lowlevel.transforms import IMAGE_NAMES, REGION_NAMES
from ml.seagull.presets import TINY
from ml.synthesis import distort

NAMES = (*REGION_NAMES, *(f"picture {name}" for name in IMAGE_NAMES), *PLACES)


def picture(side: int = 192) -> NDArray[np.uint8]:
    """Slopes, edges and fine texture in soft colours, and a flat sky."""
    rows, columns = np.mgrid[:side, :side] / side
    texture = np.random.default_rng(3).normal(0, 12, (side, side)) * (rows > 0.6)
    waves = (np.sin(40 * rows * (1 + columns)) * 30 + texture) * (rows > 0.3) + 70 * (columns > 0.5) + 30 * rows
    rgb = np.stack([90 + waves, 80 + 0.8 * waves + 20 * columns, 100 + 0.6 * waves - 30 * rows], axis=-1)
    return np.clip(rgb, 0, 255).astype(np.uint8)


def everywhere(rgb: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return np.ones((1, *rgb.shape[:2]), dtype=np.bool_)


def measured(rgb: NDArray[np.uint8], name: str) -> float:
    return float(low_level(rgb).statistics(everywhere(rgb))[0, NAMES.index(name)])


def test_the_preset_knows_how_many_numbers_there_are() -> None:
    assert (TINY.extractor.statistics, TINY.encoder.eye_maps) == (STATISTICS, EYES)
    assert len(NAMES) == STATISTICS


@pytest.mark.parametrize(
    ("kind", "name", "sign"),
    [
        ("blur", "falloff01", -1),
        ("blur", "edge_sharpness", -1),
        ("noise", "residue0", +1),
        ("noise", "flat_noise0", +1),
        ("compression", "grid_ratio", +1),
        ("compression", "nothing2", +1),
    ],
)
def test_a_distortion_moves_the_number_that_is_there_for_it(kind: str, name: str, sign: int) -> None:
    clean = picture()

    moved = measured(distort(clean, kind, 14, seed=1), name) - measured(clean, name)  # type: ignore[arg-type]

    assert np.sign(moved) == sign


def test_a_grid_is_found_wherever_it_begins() -> None:
    coded = distort(picture(), "compression", 16, seed=1)

    shifted = coded[3:, 5:]

    assert abs(measured(shifted, "grid_ratio") - measured(coded, "grid_ratio")) < 0.25


def test_a_region_is_measured_inside_its_mask() -> None:
    clean = picture()
    noisy = clean.copy()
    noisy[:, 96:] = distort(clean, "noise", 18, seed=1)[:, 96:]
    halves = np.zeros((2, 192, 192), dtype=np.bool_)
    halves[0, :, :90], halves[1, :, 100:] = True, True
    column = NAMES.index("residue0")

    left, right = low_level(noisy).statistics(halves)[:, column]
    left_of_clean, _ = low_level(clean).statistics(halves)[:, column]

    assert left == pytest.approx(left_of_clean, abs=1e-5)
    assert right > left + 1


def test_a_region_is_measured_the_same_alone_and_among_others() -> None:
    rgb = picture()
    masks = np.zeros((3, 192, 192), dtype=np.bool_)
    for index, mask in enumerate(masks):
        mask[20 * index : 20 * index + 70, 10:90] = True
    low = low_level(rgb)

    together = low.statistics(masks)

    assert np.allclose(np.concatenate([low.statistics(mask[None]) for mask in masks]), together, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (3, 5), (8, 7), (33, 600)])
def test_pictures_of_any_size_and_masks_of_any_kind_give_finite_numbers(shape: tuple[int, int]) -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (*shape, 3), dtype=np.uint8)
    masks = np.zeros((3, *shape), dtype=np.bool_)
    masks[1], masks[2, 0, 0] = True, True

    low = low_level(rgb)
    numbers = low.statistics(masks)

    assert numbers.shape == (3, STATISTICS)
    assert np.isfinite(numbers).all()
    assert np.abs(numbers).max() < 50
    assert np.isfinite(low.eyes(32)).all()


def test_eyes_are_maps_of_the_size_asked_for() -> None:
    eyes = low_level(picture()).eyes(64)

    assert eyes.shape == (EYES, 64, 64)
    assert np.abs(eyes).max() < 6


def test_no_region_gives_no_rows() -> None:
    assert low_level(picture(64)).statistics(np.zeros((0, 64, 64), dtype=np.bool_)).shape == (0, STATISTICS)
