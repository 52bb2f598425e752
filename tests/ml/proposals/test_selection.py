import numpy as np
import pytest

from ml.proposals.proposal import Level, Proposal, proposal_of
from ml.proposals.selection import choose, keep, overlaps, unlike

HEIGHT, WIDTH = 400, 600


def rectangle(x: int, y: int, w: int, h: int, *, score: float = 0.5, level: Level = "object") -> Proposal:
    mask = np.zeros((HEIGHT, WIDTH), dtype=np.bool_)
    mask[y : y + h, x : x + w] = True
    return proposal_of(mask, level=level, score=score, source="test")


def boxes(proposals: list[Proposal]) -> list[tuple[int, int, int, int]]:
    return [proposal.box for proposal in proposals]


def test_regions_smaller_than_32_by_32_pixels_are_dropped() -> None:
    assert boxes(keep([rectangle(0, 0, 32, 32), rectangle(100, 100, 31, 33)])) == [(0, 0, 32, 32)]


def test_the_smallest_area_is_a_parameter() -> None:
    assert boxes(keep([rectangle(0, 0, 10, 10)], min_area=100)) == [(0, 0, 10, 10)]


def test_nearly_the_whole_image_is_dropped() -> None:
    assert boxes(keep([rectangle(0, 0, WIDTH, 380), rectangle(0, 0, WIDTH, 350)])) == [(0, 0, WIDTH, 350)]


def test_of_two_that_overlap_almost_wholly_the_better_one_stays() -> None:
    worse, better = rectangle(100, 100, 100, 100, score=0.6), rectangle(102, 102, 100, 100, score=0.7)
    assert keep([worse, better]) == [better]


def test_a_part_with_most_of_the_size_of_the_whole_is_a_duplicate() -> None:
    whole, part = rectangle(100, 100, 100, 100, score=0.7), rectangle(100, 100, 100, 80, score=0.6)
    assert keep([whole, part]) == [whole]


def test_a_clearly_smaller_part_stays() -> None:
    whole, part = rectangle(100, 100, 100, 100, score=0.7), rectangle(100, 100, 100, 60, score=0.6)
    assert keep([whole, part]) == [whole, part]


def test_near_duplicates_of_what_the_image_has_are_left_out_whatever_their_score() -> None:
    like, apart = rectangle(102, 102, 100, 100, score=0.9), rectangle(300, 100, 100, 100, score=0.4)
    part_of_two = rectangle(100, 100, 100, 60)
    known = [rectangle(100, 100, 100, 100).mask, rectangle(0, 300, 50, 50).mask]
    assert unlike([apart, like, part_of_two], known) == [apart, part_of_two]
    assert unlike([like], []) == [like]


def test_what_is_kept_is_ordered_by_score() -> None:
    kept = keep([rectangle(0, 0, 50, 50, score=0.2), rectangle(200, 0, 50, 50, score=0.9)])
    assert [proposal.score for proposal in kept] == [0.9, 0.2]


def test_overlaps_of_nothing_are_empty() -> None:
    shared, areas = overlaps([])
    assert shared.shape == (0, 0)
    assert areas.shape == (0,)


def test_choose_takes_both_levels_even_when_one_scores_worse() -> None:
    objects = [rectangle(x, 0, 80, 80, score=0.9) for x in (0, 200, 400)]
    part = rectangle(0, 300, 50, 50, score=0.2, level="component")
    chosen = choose([*objects, part])
    assert len(chosen) == 3
    assert {proposal.level for proposal in chosen} == {"object", "component"}


def test_choose_starts_with_the_best_object() -> None:
    best = rectangle(200, 100, 80, 80, score=0.8)
    chosen = choose([rectangle(0, 0, 80, 80, score=0.5), best, rectangle(400, 0, 50, 50, score=1, level="component")])
    assert chosen[0] is best


def test_choose_prefers_a_region_elsewhere_to_one_that_repeats() -> None:
    first = rectangle(100, 100, 120, 120, score=0.9)
    repeating = rectangle(120, 110, 120, 120, score=0.8)
    elsewhere = rectangle(450, 250, 100, 100, score=0.7)
    assert choose([first, repeating, elsewhere], count=2) == [first, elsewhere]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 10])
def test_choose_gives_at_most_what_is_wanted_and_at_most_what_there_is(count: int) -> None:
    proposals = [rectangle(x, 0, 60, 60, score=0.5) for x in (0, 100, 200, 300)]
    assert len(choose(proposals, count=count)) == min(count, 4)


def test_choose_of_nothing_is_nothing() -> None:
    assert choose([]) == []


def test_choose_is_the_same_for_the_same_seed() -> None:
    proposals = [rectangle(x, y, 60, 60, score=0.5) for x in (0, 100, 200, 300) for y in (0, 100, 200)]
    assert boxes(choose(proposals, seed=4)) == boxes(choose(list(reversed(proposals)), seed=4))


def test_another_seed_swaps_near_equals_but_never_the_clearly_better() -> None:
    proposals = [rectangle(x, 0, 60, 60, score=0.5) for x in (0, 100, 200, 300)]
    clear = rectangle(400, 300, 60, 60, score=0.7)
    chosen = [choose([*proposals, clear], count=2, seed=seed) for seed in range(10)]
    assert {pair[0].box for pair in chosen} == {clear.box}
    assert len({pair[1].box for pair in chosen}) > 1
