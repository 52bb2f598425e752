import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.aggregation.selection import Sample, directions_of, draw_seats, mixture, weights_of


def sample_of(size: int = 300, *, test_every: int = 5, images: int | None = None, seed: int = 1) -> Sample:
    """Regions with random doubts and answers; every fifth belongs to the test split."""
    chance = np.random.default_rng(seed)
    return Sample(
        choosable=np.arange(size) % test_every != 0,
        uncertainty=chance.random(size),
        said=chance.dirichlet(np.ones(6), size),
        images=np.arange(size) if images is None else np.arange(size) % images,
    )


@given(st.floats(0.3, 1.0), st.integers(1, 60), st.integers(0, 1000))
def test_not_fewer_than_the_random_share_are_random(share: float, count: int, seed: int) -> None:
    draws = draw_seats(sample_of(100), count=count, random_share=share, seed=seed)

    assert len(draws) == count
    assert sum(not draw.by_model for draw in draws) >= share * count - 1e-6
    assert len({draw.place for draw in draws}) == count


def test_with_half_random_half_is_the_model_s() -> None:
    draws = draw_seats(sample_of(), count=60, random_share=0.5, seed=3)

    assert sum(draw.by_model for draw in draws) == 30


def test_the_same_seed_gives_the_same_draws() -> None:
    first, again, other = (draw_seats(sample_of(), count=60, random_share=0.4, seed=seed) for seed in (5, 5, 6))

    assert first == again
    assert first != other


@pytest.mark.parametrize("seed", range(20))
def test_the_model_never_chooses_what_is_not_its_to_choose(seed: int) -> None:
    sample = sample_of(200, test_every=2)

    draws = draw_seats(sample, count=60, random_share=0.3, seed=seed)

    chosen = [draw.place for draw in draws if draw.by_model]
    assert len(chosen) == 42
    assert sample.choosable[chosen].all()
    assert not sample.choosable[[draw.place for draw in draws]].all()  # by chance they come as well


def test_without_anything_to_choose_all_is_random_with_the_uniform_probability() -> None:
    sample = sample_of(10, test_every=1)

    draws = draw_seats(sample, count=60, random_share=0.3, seed=1)

    assert [draw.by_model for draw in draws] == [False] * 10
    assert [draw.probability for draw in draws] == pytest.approx([1 / left for left in range(10, 0, -1)])


@given(st.floats(0.3, 1.0), st.integers(0, 100))
def test_the_probabilities_of_a_draw_sum_to_one(share: float, seed: int) -> None:
    sample = sample_of(50, seed=seed)
    left = np.random.default_rng(seed).random(50) < 0.5
    left[0] = True
    similarity = np.random.default_rng(seed + 1).random(50)

    odds = mixture(left, weights_of(sample, similarity, left), share)

    assert odds.sum() == pytest.approx(1)
    assert (odds[left] > 0).all()
    assert (odds[~left] == 0).all()


def test_the_probability_is_what_happens() -> None:
    """The first draw, over many seeds, against what it says of itself."""
    sample = sample_of(8)
    counts, said = np.zeros(8), np.zeros(8)
    for seed in range(4000):
        (first, *_) = draw_seats(sample, count=2, random_share=0.5, seed=seed)
        counts[first.place] += 1
        said[first.place] = first.probability

    assert counts / 4000 == pytest.approx(said, abs=0.025)
    assert said.sum() == pytest.approx(1)


def test_what_the_model_says_of_two_regions_in_the_same_words_is_chosen_once() -> None:
    said = np.repeat(np.eye(6), 10, axis=0)  # six kinds of region, ten of each
    sample = Sample(np.ones(60, bool), np.full(60, 0.5), said, np.arange(60))

    for seed in range(10):
        places = [draw.place for draw in draw_seats(sample, count=8, random_share=0.3, seed=seed) if draw.by_model]
        assert len({place // 10 for place in places}) == len(places)


def test_a_second_region_of_an_image_is_no_news() -> None:
    sample = sample_of(60, images=20)

    for seed in range(10):
        draws = draw_seats(sample, count=20, random_share=0.3, seed=seed)
        seen: set[int] = set()
        for draw in draws:
            image = int(sample.images[draw.place])
            assert not (draw.by_model and image in seen)
            seen.add(image)


def test_answers_are_compared_by_what_sets_them_apart() -> None:
    said = np.array([[0.6, 0.4], [0.4, 0.6], [0.5, 0.5], [np.nan, np.nan]])

    directions = directions_of(said)

    assert directions @ directions[0] == pytest.approx([1, -1, 0, 0])


def test_uncertain_regions_come_earlier() -> None:
    """400 of 2,000 dealt: the doubt of what the model chose is near 2/3, that of a square-weighted mean, chance's at 1/2."""
    sample = sample_of(2000, test_every=10**6)
    by_model, by_chance = [], []
    left = np.ones(2000, bool)
    for seed in range(7):
        rows = np.flatnonzero(left)
        part = Sample(sample.choosable[rows], sample.uncertainty[rows], sample.said[rows], sample.images[rows])
        for draw in draw_seats(part, count=60, random_share=0.5, seed=seed):
            (by_model if draw.by_model else by_chance).append(part.uncertainty[draw.place])
            left[rows[draw.place]] = False

    assert 0.60 < np.mean(by_model) < 0.75
    assert 0.44 < np.mean(by_chance) < 0.54
