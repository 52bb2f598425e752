import numpy as np
import pytest
from skimage import data

from ml.synthesis.anchors import (
    BUSY,
    MIDDLE,
    PLACES,
    SIZE,
    cut,
    liveliness,
    of_distortion,
    of_importance,
    of_quality,
    place,
)
from ml.synthesis.calibration import quality_of
from ml.synthesis.distortions import KINDS, Kind, level_of
from ml.synthesis.fidelity import fidelity
from ml.synthesis.light import Rgb


@pytest.fixture(scope="module")
def clean() -> Rgb:
    found = cut(np.ascontiguousarray(data.chelsea()))
    assert found is not None
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_ladder_goes_down_to_the_clean_picture(kind: Kind, clean: Rgb) -> None:
    steps = dict(of_distortion(clean, kind))
    everywhere = np.ones((1, *clean.shape[:2]), dtype=np.bool_)
    damage = [float(fidelity(clean, steps[level], everywhere)[0]) for level in range(6)]

    assert sorted(steps) == [0, 1, 2, 3, 4, 5]
    assert damage == sorted(damage, reverse=True)
    assert damage[5] == 0
    assert len(set(damage)) == 6


def test_the_same_picture_makes_the_same_ladder(clean: Rgb) -> None:
    first, second = dict(of_distortion(clean, "noise")), dict(of_distortion(clean, "noise"))

    assert all((first[level] == second[level]).all() for level in first)


def test_each_level_has_its_own_strength() -> None:
    assert MIDDLE == {0: 19, 1: 15, 2: 11, 3: 7, 4: 3}
    assert all(level_of(strength) == level for level, strength in MIDDLE.items())


def test_the_steps_of_quality_have_the_quality_they_stand_for(clean: Rgb) -> None:
    everywhere = np.ones((1, *clean.shape[:2]), dtype=np.bool_)
    measured = [float(quality_of(fidelity(clean, one, everywhere))[0]) for _, one in of_quality(clean)]

    assert measured == sorted(measured)
    assert [int(5 * quality) for quality in measured[:4]] == [0, 1, 2, 3]
    assert measured[4] == 1


def test_places_grow_and_only_they_are_touched(clean: Rgb) -> None:
    shares = [float(place(clean.shape[0], clean.shape[1], share).mean()) for share in PLACES]
    assert shares == pytest.approx(PLACES, rel=0.35)

    for level, picture in of_importance(clean):
        touched = (picture != clean).any(axis=2)
        assert touched.mean() < PLACES[level] * 2.2 + 0.02


def test_a_cut_is_lively_and_a_dull_picture_has_none() -> None:
    found = cut(np.ascontiguousarray(data.astronaut()))

    assert found is not None
    assert (found.shape, liveliness(found) > BUSY) == ((SIZE[1], SIZE[0], 3), True)
    assert cut(np.full((400, 400, 3), 128, dtype=np.uint8)) is None
    assert cut(np.zeros((100, 100, 3), dtype=np.uint8)) is None
