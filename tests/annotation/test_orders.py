from collections import Counter

import pytest

from annotation.orders import ORDERS, order_for, rows_in, scales_in
from annotation.scales import DISTORTIONS, SCALES


def test_every_order_is_another_one_and_holds_all_six() -> None:
    orders = {rows_in(order) for order in range(ORDERS)}

    assert len(orders) == 720
    assert {frozenset(order) for order in orders} == {frozenset(DISTORTIONS)}


def test_the_first_order_is_that_of_the_scales_and_the_last_is_its_reverse() -> None:
    assert scales_in(0) == SCALES
    assert rows_in(719) == DISTORTIONS[::-1]


def test_quality_and_importance_come_last() -> None:
    assert {scales_in(order)[6:] for order in range(ORDERS)} == {("quality", "importance")}


@pytest.mark.parametrize("order", [-1, 720])
def test_an_order_there_is_not(order: int) -> None:
    with pytest.raises(ValueError, match="There are 720 orders, 0 to 719"):
        rows_in(order)


def test_a_person_has_one_order_in_a_study_and_people_have_all_orders_alike() -> None:
    assert order_for(7, 12) == order_for(7, 12)

    first = Counter(rows_in(order_for(7, person))[0] for person in range(6000))

    assert {distortion: abs(count - 1000) < 120 for distortion, count in first.items()} == dict.fromkeys(
        DISTORTIONS, True
    )
    assert len({order_for(seed, 12) for seed in range(50)}) > 40
