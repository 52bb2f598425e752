import numpy as np

from ml.synthesis.appearance import varied
from ml.synthesis.light import luma
from ml.synthesis.sources import VIEWS, pixels


def test_the_same_seed_gives_the_same_light_and_another_seed_another() -> None:
    cat = pixels(next(view for view in VIEWS if view.name == "cat"))

    first, again, other = (varied(cat, np.random.default_rng(seed)) for seed in (1, 1, 2))

    assert np.array_equal(first, again)
    assert first.shape != other.shape or not np.array_equal(first, other)


def test_the_result_is_well_exposed_whatever_it_is_made_of() -> None:
    dull = np.random.default_rng(0).integers(100, 130, (64, 64, 3)).astype(np.uint8)

    spans = [np.percentile(luma(varied(dull, np.random.default_rng(seed))), (2, 98)) for seed in range(8)]

    assert all(high - low > 100 for low, high in spans)


def test_a_grey_photograph_mostly_gets_colours() -> None:
    slope = np.tile(np.arange(0, 240, 4, dtype=np.uint8)[:, None, None], (1, 50, 3))

    coloured = [np.ptp(varied(slope, np.random.default_rng(seed)).astype(int), axis=2).max() > 10 for seed in range(40)]

    assert 20 <= sum(coloured) <= 36
