import numpy as np
import pytest

from ml.synthesis.procedural import MAKERS, drawn


@pytest.mark.parametrize("name", MAKERS)
def test_a_made_picture_has_the_size_asked_for_and_something_to_see(name: str) -> None:
    picture = drawn(name, 96, 130, np.random.default_rng(2))

    assert picture.shape == (96, 130, 3)
    assert picture.dtype == np.uint8
    assert picture.std() > 15


@pytest.mark.parametrize("name", MAKERS)
def test_the_same_chance_makes_the_same_picture(name: str) -> None:
    first, again, other = (drawn(name, 64, 64, np.random.default_rng(seed)) for seed in (1, 1, 2))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
