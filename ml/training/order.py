"""Which regions a step learns from: a pure function of seed and epoch, so that a resumed run goes on as it would have."""

import random
from collections.abc import Sequence
from typing import NamedTuple


class Chunk(NamedTuple):
    """Regions of one image that are read in one pass."""

    image: int
    regions: tuple[int, ...]


Step = tuple[Chunk, ...]


def steps(sizes: Sequence[int], batch: int, *, seed: int, epoch: int) -> list[Step]:
    """Every region of every image once; `sizes[i]` is the number of regions of image i.

    A step ends with the chunk that fills `batch` regions; an image with more than a batch is cut into several chunks.
    """
    rng = random.Random(f"order {seed} {epoch}")  # noqa: S311 - an order, not a secret
    chunks = [chunk for image, size in enumerate(sizes) for chunk in _chunks(image, size, batch, rng)]
    rng.shuffle(chunks)
    filled: list[Step] = []
    step: list[Chunk] = []
    for chunk in chunks:
        step.append(chunk)
        if regions_in(step) >= batch:
            filled.append(tuple(step))
            step = []
    return [*filled, tuple(step)] if step else filled


def regions_in(step: Sequence[Chunk]) -> int:
    return sum(len(chunk.regions) for chunk in step)


def share_of(step: Step, rank: int, processes: int, together: int) -> list[tuple[Step, float]]:
    """The passes of one of several processes, each with its weight in the mean of gradients over all processes.

    A process without a chunk of its own reads the first one with weight 0: the others wait for its gradient.
    """
    mine = step[rank::processes]
    if not mine:
        return [(step[:1], 0.0)]
    passes = [mine[begin : begin + together] for begin in range(0, len(mine), together)]
    return [(chunks, regions_in(chunks) * processes / regions_in(step)) for chunks in passes]


def _chunks(image: int, size: int, largest: int, rng: random.Random) -> list[Chunk]:
    regions = list(range(size))
    rng.shuffle(regions)
    return [Chunk(image, tuple(regions[begin : begin + largest])) for begin in range(0, size, largest)]
