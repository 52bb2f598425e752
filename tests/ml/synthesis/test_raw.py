from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from ml.synthesis import KINDS, distort
from ml.synthesis.light import to_light
from ml.synthesis.order import Order
from ml.synthesis.raw import Camera, RawError, Undeveloped, camera_of, read_raw
from ml.synthesis.references import Source, view_of
from ml.synthesis.variants import pictures_of
from ml.synthesis.views import LONGEST
from tests.ml.pictures import scene
from tests.ml.synthesis.tiny_dng import write_dng

NEUTRAL = (0.5, 1.0, 0.7)
"""What the sensor counts of white: the gains are 2, 1 and 1.43."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_dng(tmp_path / "photo.dng", to_light(scene()) * np.array(NEUTRAL), NEUTRAL)
    return tmp_path / "photo.dng"


def undeveloped(file: Path) -> Undeveloped:
    return Undeveloped(*read_raw(file))


def test_a_raw_file_develops_to_the_scene_that_the_sensor_saw(file: Path) -> None:
    difference = np.abs(undeveloped(file).rgb.astype(int) - scene())

    assert np.median(difference) == 0
    assert difference.mean() < 2  # demosaicing guesses at edges


def test_the_light_is_what_the_sensor_counted_before_white_balance(file: Path) -> None:
    light, camera = read_raw(file)

    assert light.shape == scene().shape
    assert light[40, 60] == pytest.approx(to_light(scene())[40, 60] * NEUTRAL, abs=0.005)
    assert camera.gains == pytest.approx([2.0, 1.0, 1 / 0.7], rel=1e-3)


def test_a_large_file_is_read_at_half_its_size_a_pixel_for_each_square_of_four_sites(tmp_path: Path) -> None:
    wide = to_light(scene(48, 2 * LONGEST)) * np.array(NEUTRAL)
    write_dng(tmp_path / "wide.dng", wide, NEUTRAL)

    light, camera = read_raw(tmp_path / "wide.dng")

    red, blue = wide[::2, ::2, 0], wide[1::2, 1::2, 2]
    green = (wide[::2, 1::2, 1] + wide[1::2, ::2, 1]) / 2
    assert light.shape == (24, LONGEST, 3)
    np.testing.assert_allclose(light, np.dstack([red, green, blue]), rtol=0, atol=1e-3)
    assert camera.gains == pytest.approx([2.0, 1.0, 1 / 0.7], rel=1e-3)


def test_a_view_of_a_large_file_is_as_large_as_one_of_its_half(tmp_path: Path) -> None:
    write_dng(tmp_path / "wide.dng", to_light(scene(1200, 2 * LONGEST)) * np.array(NEUTRAL), NEUTRAL)

    view = view_of(Source("wide", "train", tmp_path / "wide.dng"), 300, np.random.default_rng(4))

    assert isinstance(view, Undeveloped)
    assert all(256 <= side <= 300 for side in view.rgb.shape[:2])


def test_the_matrix_of_a_known_camera_keeps_white_white() -> None:
    known = SimpleNamespace(
        camera_whitebalance=[2.1, 1.0, 1.5, 0.0],
        rgb_xyz_matrix=[[0.8, -0.2, -0.1], [-0.4, 1.2, 0.2], [-0.1, 0.2, 0.6], [0, 0, 0]],
        color_matrix=np.zeros((3, 4)),
    )

    camera = camera_of(known)

    assert camera.matrix.sum(axis=1) == pytest.approx([1, 1, 1], abs=1e-5)
    assert camera.matrix[0, 0] > 1


def test_an_unknown_camera_without_white_balance_is_taken_as_it_is() -> None:
    unknown = SimpleNamespace(
        camera_whitebalance=[0.0, 0.0, 0.0, 0.0], rgb_xyz_matrix=np.zeros((4, 3)), color_matrix=np.zeros((3, 4))
    )

    camera = camera_of(unknown)

    assert camera.gains.tolist() == [1, 1, 1]
    assert camera.matrix.tolist() == np.eye(3).tolist()


def test_underexposure_brings_back_highlights_that_white_balance_had_cut() -> None:
    camera = Camera(np.array([2, 1, 1], dtype=np.float32), np.eye(3, dtype=np.float32))
    slope = np.linspace(0.5, 0.9, 32, dtype=np.float32)[None, :, None].repeat(32, axis=0).repeat(3, axis=2)
    view = Undeveloped(slope, camera)
    seeds = [seed for seed in range(20) if view.distorted("exposure", 16, seed).mean() < view.rgb.mean()]

    darker = view.distorted("exposure", 16, seeds[0])

    assert np.ptp(view.rgb[..., 0]) == 0
    assert np.ptp(darker[..., 0]) > 20
    assert np.ptp(distort(view.rgb, "exposure", 16, seeds[0])[..., 0]) == 0


def test_noise_is_louder_in_the_channel_that_is_amplified(file: Path) -> None:
    grey = np.full((64, 64, 3), 0.1, dtype=np.float32) * np.array(NEUTRAL, dtype=np.float32)
    view = Undeveloped(grey, read_raw(file)[1])

    red, green, _ = view.distorted("noise", 10, 1).std(axis=(0, 1))

    assert red > 1.2 * green


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_pixels_and_the_view_is_not_touched(file: Path, kind: str) -> None:
    view = undeveloped(file)
    before = view.light.copy()

    first, again = view.distorted(kind, 12, 5), view.distorted(kind, 12, 5)

    assert np.array_equal(first, again)
    assert first.dtype == np.uint8
    assert not np.array_equal(first, view.rgb)
    assert np.array_equal(view.light, before)


def test_views_of_raw_files_are_cut_from_light(file: Path) -> None:
    view = view_of(Source("photo.dng", "train", file), 100, np.random.default_rng(4))

    assert isinstance(view, Undeveloped)
    assert view.rgb.shape == (100, 100, 3)


def test_a_folder_of_raw_files_can_be_built_from(file: Path) -> None:
    order = Order(images=2, side=128, regions=2, procedural=0.0, photos=(str(file.parent),))

    pictures = list(pictures_of(order, 0))

    assert [picture.source.name for picture in pictures] == ["photo", "photo"]


def test_what_is_no_raw_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "broken.nef").write_bytes(b"not a photograph")

    with pytest.raises(RawError, match=r"broken\.nef cannot be read as a RAW file"):
        read_raw(tmp_path / "broken.nef")
