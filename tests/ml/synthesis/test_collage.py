import numpy as np

from ml.synthesis.collage import pasted


def flat(value: int, height: int = 120, width: int = 160) -> np.ndarray:
    return np.full((height, width, 3), value, dtype=np.uint8)


def test_part_of_the_picture_is_the_other_and_the_rest_as_it_was() -> None:
    mixed = [pasted(flat(10), flat(200), np.random.default_rng(seed)) for seed in range(6)]

    assert all(picture.shape == (120, 160, 3) for picture in mixed)
    assert sum((picture == 200).any() and (picture == 10).any() for picture in mixed) >= 5


def test_a_somewhat_smaller_picture_is_enlarged() -> None:
    mixed = pasted(flat(10), flat(200, 90, 120), np.random.default_rng(1))

    assert (mixed == 200).any()


def test_a_much_smaller_picture_is_left_out() -> None:
    assert np.array_equal(pasted(flat(10), flat(200, 30, 30), np.random.default_rng(1)), flat(10))
