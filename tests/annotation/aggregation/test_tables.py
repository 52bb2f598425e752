"""Whole images are resampled: regions of one image are alike, and intervals that forget it are too narrow."""

import numpy as np
import pytest

from annotation.aggregation.agreement import agreement_of
from annotation.aggregation.alpha import alpha
from annotation.aggregation.ballots import Ballots
from annotation.aggregation.sos import sos
from annotation.aggregation.split_half import split_half
from annotation.aggregation.tables import table_of, table_of_counts


def scenes(
    seed: int, images: int = 60, regions: int = 5, votes: int = 4, alike: float = 0.9
) -> tuple[Ballots, np.ndarray]:
    """Regions whose scores are those of their image but for a little; each vote is another person's."""
    rng = np.random.default_rng(seed)
    image = np.repeat(np.arange(images), regions)
    score = 2 + np.sqrt(alike) * rng.normal(size=images)[image] + np.sqrt(1 - alike) * rng.normal(size=len(image))
    region = np.repeat(np.arange(len(image)), votes)
    level = np.clip(np.rint(score[region] + rng.normal(0, 0.7, len(region))), 0, 4)
    return Ballots(region, np.tile(np.arange(votes), len(image)), level, len(image), votes), image


def width(estimate: object) -> float:
    return estimate.high - estimate.low  # type: ignore[attr-defined, no-any-return]


def test_an_interval_over_images_is_wider_and_the_value_is_the_same() -> None:
    votes, image = scenes(1)

    by_region, by_image = alpha(table_of(votes), "ordinal"), alpha(table_of(votes, image), "ordinal")

    assert by_image.value == pytest.approx(by_region.value)
    assert width(by_image) > 1.4 * width(by_region)


def test_images_of_one_region_are_regions() -> None:
    votes, image = scenes(2, images=80, regions=1)

    assert table_of(votes, image).images is None
    assert alpha(table_of(votes, image), "interval") == alpha(table_of(votes), "interval")


def test_the_intervals_hold_what_other_images_would_give() -> None:
    """Alpha over a thousand other images, from 100 studies of 60: the interval over regions alone would hold it too seldom."""
    whole = alpha(table_of(scenes(0, images=4000)[0]), "interval", 0).value
    held = {"image": 0, "region": 0}

    for seed in range(100):
        votes, image = scenes(seed + 10)
        for name, of in (("image", image), ("region", None)):
            found = alpha(table_of(votes, of), "interval", 300)
            held[name] += bool(found.low <= whole <= found.high)  # type: ignore[operator]

    assert 88 <= held["image"] <= 99
    assert held["region"] < 85


def test_ten_images_have_wider_intervals_than_their_samples() -> None:
    """Plain percentiles hold alpha over many other images in 160 of these 200 studies."""
    whole, held = alpha(table_of(scenes(0, images=4000)[0]), "interval", 0).value, 0

    for seed in range(200):
        found = alpha(table_of(*scenes(seed + 10, images=10)), "interval", 300)
        held += bool(found.low <= whole <= found.high)  # type: ignore[operator]

    assert 168 <= held <= 196


def test_four_images_have_no_interval() -> None:
    votes, image = scenes(3, images=4)
    found, halves = alpha(table_of(votes, image), "interval"), split_half(votes, image=image).srocc

    assert None not in (found.value, halves.value)
    assert (found.low, found.high, halves.low, halves.high) == (None,) * 4


def test_everything_about_agreement_goes_by_images() -> None:
    votes, image = scenes(3)

    one, other = agreement_of(votes, 4, 300, 40), agreement_of(votes, 4, 300, 40, image=image)

    for name in ("nominal", "ordinal", "interval"):
        assert width(getattr(other, name)) > width(getattr(one, name))
    assert width(other.kappa.fleiss) > width(one.kappa.fleiss)
    assert other.one_way is not None
    assert one.one_way is not None
    assert width(other.one_way.single) > 1.4 * width(one.one_way.single)
    assert width(other.split_half.srocc) > width(one.split_half.srocc)
    assert other.split_half.srocc.value == pytest.approx(one.split_half.srocc.value, abs=0.01)


def test_regions_without_votes_are_left_out_of_their_images() -> None:
    votes, image = scenes(4, images=3, regions=2)
    kept = votes.where(votes.region != 5)
    table = table_of(kept, image)

    assert table.images.sum(axis=1).tolist() == [2, 2, 1]
    assert table.where(np.zeros(len(table.regions), bool)).images.shape[0] == 0


def test_one_image_says_nothing_of_others() -> None:
    votes, image = scenes(5, images=1, regions=12)
    found = alpha(table_of(votes, image), "nominal")

    assert (found.value is None, found.low, found.high) == (False, None, None)
    assert sos(table_of(votes, image), 4).low is None


def test_split_halves_of_few_images() -> None:
    votes, image = scenes(6, images=2, regions=2)

    assert split_half(votes, 10, image=image).splits == 10
    assert table_of_counts(np.array([[1, 2, 0]])).images is None


def test_samples_that_are_kept_are_those_that_would_be_drawn_again() -> None:
    counts = np.random.default_rng(2).integers(1, 4, (30, 4))
    kept = table_of_counts(counts)

    alpha(kept, "nominal", 50)

    assert list(kept.drawn) == [(50, 1)]
    assert alpha(kept, "ordinal", 50) == alpha(table_of_counts(counts), "ordinal", 50)
    assert alpha(kept, "ordinal", 50, seed=2) == alpha(table_of_counts(counts), "ordinal", 50, seed=2)
    assert kept.where(kept.votes > 5).drawn is not kept.drawn
