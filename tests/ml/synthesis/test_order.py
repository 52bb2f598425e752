from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from ml.synthesis.order import Order, source_of
from ml.synthesis.references import HELD_OUT, NoPhotographError
from tests.ml.synthesis.small_build import photographs, small_order


def test_the_number_of_pictures_is_as_ordered_down_to_the_last_view() -> None:
    order = Order(images=100, variants=6)

    views = [view for shard in range(order.shards) for view in order.views_of(shard)]

    assert views == list(range(17))
    assert sum(order.variants_of(view) for view in views) == 100
    assert order.variants_of(16) == 4


def test_photographs_take_turns(tmp_path: Path) -> None:
    order = small_order(photographs(tmp_path / "photos"))

    names = [source_of(order, view, np.random.default_rng(view)).name for view in range(15)]

    assert set(Counter(names).values()) == {3}
    assert names[:5] != names[5:10]


def test_of_photographs_in_packages_colourful_ones_have_two_turns_and_some_are_held_out() -> None:
    order = Order(images=9999, procedural=0.0)

    counted = Counter(source_of(order, view, np.random.default_rng(view)) for view in range(300))

    by_name = {source.name: number for source, number in counted.items()}
    assert by_name["coffee"] > 1.5 * by_name["camera"]
    assert {source.name for source in counted if source.split == "test"} == set(HELD_OUT)


def test_photographs_of_a_folder_come_beside_those_in_packages_where_both_are_wanted(tmp_path: Path) -> None:
    folder = small_order(photographs(tmp_path / "photos")).photos

    def names(order: Order) -> set[str]:
        return {source_of(order, view, np.random.default_rng(view)).name for view in range(60)}

    alone = names(Order(images=9999, procedural=0.0, photos=folder))
    packages = names(Order(images=9999, procedural=0.0))
    both = names(Order(images=9999, procedural=0.0, photos=folder, installed=True))

    assert both == alone | packages


def test_a_share_of_the_views_is_made_by_rule_for_training() -> None:
    order = Order(images=9999, procedural=0.4)

    sources = [source_of(order, view, np.random.default_rng([1, view])) for view in range(200)]

    made = [source for source in sources if source.path is None]
    assert 50 <= len(made) <= 110
    assert {source.split for source in made} == {"train"}


def test_an_empty_folder_stops_the_build_before_it_begins(tmp_path: Path) -> None:
    with pytest.raises(NoPhotographError, match="no photographs"):
        source_of(Order(images=6, procedural=0.0, photos=(str(tmp_path),)), 0, np.random.default_rng(1))
