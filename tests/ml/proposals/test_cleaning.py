import numpy as np
from scipy import ndimage

from ml.proposals.cleaning import largest_part, one_part, without_pinholes
from tests.ml.pictures import disc


def test_only_the_largest_part_stays() -> None:
    large, speck = disc(100, 100, 40, 40, 20), disc(100, 100, 90, 90, 4)
    assert np.array_equal(one_part(large | speck), large)


def test_pinholes_are_filled_and_a_real_hole_stays() -> None:
    ring = disc(100, 100, 50, 50, 40) & ~disc(100, 100, 50, 50, 15)
    pierced = ring & ~disc(100, 100, 50, 20, 2)
    assert np.array_equal(one_part(pierced), ring)


def test_holes_up_to_the_share_given_are_filled() -> None:
    whole = disc(100, 100, 50, 50, 40)
    assert np.array_equal(without_pinholes(whole & ~disc(100, 100, 50, 50, 15), 0.5), whole)


def test_an_empty_mask_stays_empty() -> None:
    assert not one_part(np.zeros((5, 5), dtype=np.bool_)).any()


def test_the_largest_part_is_the_one_that_labels_tell() -> None:
    chance = np.random.default_rng(2)
    for _ in range(300):
        mask = chance.random(chance.integers(1, 9, 2)) < 0.6
        labels, count = ndimage.label(mask)
        sizes = np.bincount(labels.ravel(), minlength=2)[1:]

        found = largest_part(mask)

        assert ndimage.label(found)[1] == min(count, 1)
        assert (found.sum(), bool((found & ~mask).any())) == (sizes.max(), False)


def test_a_mask_of_one_part_stays_as_it_is() -> None:
    ring = disc(100, 100, 50, 50, 40) & ~disc(100, 100, 50, 50, 15)
    assert largest_part(ring) is ring


def test_holes_are_those_that_labels_tell() -> None:
    chance = np.random.default_rng(5)
    for share in (0.05, 0.3):
        for _ in range(200):
            mask = chance.random(chance.integers(1, 12, 2)) < 0.7
            labels, count = ndimage.label(np.pad(~mask, 1, constant_values=True))
            small = [label for label in range(2, count + 1) if (labels == label).sum() < share * mask.sum()]

            assert np.array_equal(without_pinholes(mask, share), mask | np.isin(labels, small)[1:-1, 1:-1])
