"""Which regions a step learns from."""

import pytest

from ml.training.order import Chunk, regions_in, share_of, steps


def test_the_order_is_a_function_of_seed_and_epoch() -> None:
    sizes = [3, 1, 4, 2]

    assert steps(sizes, 4, seed=1, epoch=2) == steps(sizes, 4, seed=1, epoch=2)
    assert steps(sizes, 4, seed=1, epoch=2) != steps(sizes, 4, seed=1, epoch=3)
    assert steps(sizes, 4, seed=1, epoch=2) != steps(sizes, 4, seed=2, epoch=2)


def test_an_epoch_holds_every_region_once() -> None:
    sizes = [3, 0, 11, 2]

    found = [
        (chunk.image, region) for step in steps(sizes, 4, seed=1, epoch=0) for chunk in step for region in chunk.regions
    ]

    assert sorted(found) == [(image, region) for image, size in enumerate(sizes) for region in range(size)]


def test_no_chunk_is_larger_than_a_batch_and_a_step_ends_when_it_is_full() -> None:
    drawn = steps([3, 11, 2, 5], 4, seed=1, epoch=0)

    assert max(len(chunk.regions) for step in drawn for chunk in step) == 4
    assert all(4 <= regions_in(step) < 8 for step in drawn[:-1])


def test_processes_share_a_step_and_their_weights_average_to_one() -> None:
    step = (Chunk(0, (0, 1)), Chunk(1, (0,)), Chunk(2, (0, 1, 2)))

    shares = [share_of(step, rank, 2, together=1) for rank in (0, 1)]

    assert [[chunks for chunks, _ in share] for share in shares] == [[(step[0],), (step[2],)], [(step[1],)]]
    assert sum(weight for share in shares for _, weight in share) / 2 == pytest.approx(1.0)


def test_a_process_without_a_chunk_reads_one_for_nothing() -> None:
    step = (Chunk(7, (0,)),)

    assert share_of(step, 1, 2, together=4) == [(step, 0.0)]
