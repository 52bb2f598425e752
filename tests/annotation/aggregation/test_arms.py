import numpy as np
import pytest

from annotation.aggregation.anchoring import Looks
from annotation.aggregation.arms import spread_of, time_of
from tests.annotation.aggregation.crowds import rounders
from tests.annotation.aggregation.test_anchoring import experiment


def test_variances_by_hand() -> None:
    """Shown 1 and 3: variance 2; hidden 2, 2 and 5: variance 3."""
    spread = spread_of(experiment([(True, 1), (True, 3), (False, 2), (False, 2), (False, 5)], guess=0))

    assert spread is not None
    assert (spread.shown, spread.hidden) == pytest.approx((2, 3))
    assert (spread.change.value, spread.change.low, spread.change.high) == pytest.approx((-1, -1, -1))
    assert spread.change.compared == 20


def test_pulled_people_agree_more_and_others_do_not() -> None:
    pulled, free = spread_of(rounders(1, 0.4)), spread_of(rounders(1, 0.0))

    assert pulled is not None
    assert free is not None
    assert pulled.change.high < 0
    assert free.change.low < 0 < free.change.high


def test_regions_with_one_vote_in_an_arm_say_nothing_of_agreement() -> None:
    nothing = np.array([], dtype=np.int64)

    assert spread_of(experiment([(True, 1), (False, 2), (False, 5)], guess=0)) is None
    assert (
        spread_of(Looks(nothing, nothing, nothing.astype(bool), nothing.astype(float), nothing.astype(float))) is None
    )


def times(ratios: list[float], votes: int = 5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each person takes 10 s without and `ratio` as long with the guess, but for one odd long look in each arm."""
    people, shown, spent = [], [], []
    for person, ratio in enumerate(ratios):
        for seen, usual in ((True, 10_000 * ratio), (False, 10_000)):
            people += [person] * votes
            shown += [seen] * votes
            spent += [usual] * (votes - 1) + [900_000]
    return np.array(people), np.array(shown), np.array(spent, float)


def test_each_person_is_compared_with_themselves() -> None:
    """Halved and doubled cancel out; 2 is the exponential of the half width: t(2 degrees) 4.302653 * ln 2 / sqrt 3."""
    time = time_of(*times([0.5, 1.0, 2.0]))

    assert time is not None
    assert time.value == pytest.approx(1)
    assert np.log([time.low, time.high]) == pytest.approx(
        [-4.302653 * np.log(2) / 3**0.5, 4.302653 * np.log(2) / 3**0.5]
    )
    assert time.compared == 3


def test_few_people_or_few_votes_of_each_say_nothing_of_time() -> None:
    assert time_of(*times([0.5, 1.0])) is None
    assert time_of(*times([0.5, 1.0, 2.0], votes=4)) is None
