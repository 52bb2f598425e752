from collections.abc import Callable

import numpy as np
import pytest

from annotation.aggregation.anchoring import Effect, Looks, pull_of
from tests.annotation.aggregation.crowds import believers, rounders

REPETITIONS = 60
NEARLY_ALL = 54
"""Of 60 repetitions with 95 % intervals, fewer would happen twice in a hundred times."""
Crowd = Callable[[int, float], Looks]


def experiment(votes: list[tuple[bool, int]], guess: int, regions: int = 20) -> Looks:
    """The same (shown, vote)s on every region, each by another person."""
    each = len(votes)
    shown, said = zip(*votes * regions, strict=True)
    region, people = np.repeat(np.arange(regions), each), np.arange(each * regions)
    return Looks(region, people, np.array(shown), np.array(said, float), np.full(each * regions, float(guess)))


def repeat(crowd: Crowd, pull: float) -> list[Effect]:
    found = [pull_of(crowd(1000 + seed, pull)) for seed in range(REPETITIONS)]
    assert None not in found
    return [effect for effect in found if effect is not None]


def test_by_hand_one_region_many_times() -> None:
    """Hidden 2 and 3, shown 1, guess 0: hidden pair 2 * 3 = 6, shown times hidden mean 1 * 2.5; kept 2.5 / 6."""
    pull = pull_of(experiment([(False, 2), (False, 3), (True, 1)], guess=0))

    assert pull is not None
    assert (pull.value, pull.low, pull.high) == pytest.approx((1 - 2.5 / 6, 1 - 2.5 / 6, 1 - 2.5 / 6), abs=1e-7)
    assert pull.compared == 20


def test_by_hand_with_pairs_in_both_arms() -> None:
    """Deviations hidden 2, 4 and shown 1, 3: (2 * 3 + 1 * 3) / (2 * 4 + 2 * 3), both sides weighing alike."""
    pull = pull_of(experiment([(False, 2), (False, 4), (True, 1), (True, 3)], guess=0))

    assert pull is not None
    assert pull.value == pytest.approx(1 - 9 / 14)


@pytest.mark.parametrize("crowd", [rounders, believers])
@pytest.mark.parametrize("pull", [0.0, 0.15, 0.4])
def test_a_known_pull_is_recovered_within_its_interval(crowd: Crowd, pull: float) -> None:
    effects = repeat(crowd, pull)

    assert sum(effect.low <= pull <= effect.high for effect in effects) >= NEARLY_ALL
    assert np.mean([effect.value for effect in effects]) == pytest.approx(pull, abs=0.04)


@pytest.mark.parametrize("crowd", [rounders, believers])
def test_a_strong_pull_is_told_from_none(crowd: Crowd) -> None:
    assert sum(effect.excludes(0) for effect in repeat(crowd, 0.4)) >= NEARLY_ALL
    assert sum(effect.excludes(0) for effect in repeat(crowd, 0.0)) <= REPETITIONS - NEARLY_ALL


def test_putting_the_hidden_mean_for_the_truth_would_find_a_pull_where_there_is_none() -> None:
    """Why products of different people's votes are taken."""
    naive = [_naive(rounders(seed, 0.0)) for seed in range(10)]

    assert min(naive) > 0.2


def _naive(looks: Looks) -> float:
    """The slope of shown vote - hidden mean on guess - hidden mean."""
    above = below = 0.0
    for region in np.unique(looks.region):
        shown, hidden = (looks.region == region) & looks.shown, (looks.region == region) & ~looks.shown
        if shown.any() and hidden.any():
            middle, guess = looks.vote[hidden].mean(), looks.guess[shown][0]
            above += float((looks.vote[shown] - middle).sum() * (guess - middle))
            below += float(shown.sum() * (guess - middle) ** 2)
    return above / below


def test_people_who_differ_widen_the_interval() -> None:
    """Half of them follow the guess wholly, half not at all: what holds for people in general is less sure."""
    alike, looks = pull_of(believers(3, 0.5)), believers(3, 1.0)
    own = believers(3, 0.0)
    follows = looks.annotator % 2 == 0
    mixed = pull_of(
        Looks(looks.region, looks.annotator, looks.shown, np.where(follows, looks.vote, own.vote), looks.guess)
    )

    assert alike is not None
    assert mixed is not None
    assert mixed.low < 0.5 < mixed.high
    assert mixed.high - mixed.low > 1.2 * (alike.high - alike.low)


def test_too_little_data_is_said_and_not_guessed() -> None:
    nothing = np.array([], dtype=np.int64)

    assert pull_of(Looks(nothing, nothing, nothing.astype(bool), nothing.astype(float), nothing.astype(float))) is None
    assert pull_of(experiment([(False, 2), (False, 3), (True, 1)], guess=0, regions=19)) is None
    assert pull_of(experiment([(False, 2), (False, 3)], guess=0)) is None
    assert pull_of(experiment([(True, 2), (True, 3)], guess=0)) is None
    assert pull_of(experiment([(False, 3), (False, 3), (True, 3)], guess=3)) is None


def test_regions_and_people_may_have_any_numbers_and_any_order() -> None:
    looks = rounders(5, 0.3)
    order = np.random.default_rng(1).permutation(len(looks.vote))

    again = pull_of(
        Looks(
            looks.region[order] * 7 + 400,
            looks.annotator[order] * 3 + 90,
            looks.shown[order],
            looks.vote[order],
            looks.guess[order],
        )
    )

    first = pull_of(looks)
    assert again is not None
    assert first is not None
    assert (again.value, again.low, again.high) == pytest.approx((first.value, first.low, first.high))
