import numpy as np

from ml.synthesis.light import between, luma, to_light, to_srgb


def test_every_code_survives_the_way_to_light_and_back() -> None:
    codes = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, axis=2)
    assert np.array_equal(to_srgb(to_light(codes)), codes)


def test_half_of_the_codes_is_a_fifth_of_the_light() -> None:
    assert round(float(to_light(np.array([[[128, 0, 255]]], dtype=np.uint8))[0, 0, 0]), 3) == 0.216


def test_light_outside_0_to_1_is_clipped() -> None:
    assert to_srgb(np.array([[[-1.0, 0.0, 7.0]]], dtype=np.float32)).tolist() == [[[0, 0, 255]]]


def test_luma_of_white_is_255() -> None:
    assert luma(np.full((1, 1, 3), 255, dtype=np.uint8)).round(3).tolist() == [[255.0]]


def test_between_goes_from_first_to_last() -> None:
    assert [round(between(2, 32, strength), 3) for strength in (1, 20)] == [2.0, 32.0]
