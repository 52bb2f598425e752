"""What is to be built: equal orders give equal bytes, whoever builds which part when."""

from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from ml.synthesis.labels import Yardstick
from ml.synthesis.references import Source, dependency_photographs, photographs_in, procedural_sources

VIEWS_PER_SHARD = 8
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Order:
    """`partial` is the share of pictures that are distorted in one place only, `procedural` that of made-up views."""

    images: int
    seed: int = 1
    side: int = 512
    variants: int = 6
    regions: int = 6
    partial: float = 0.3
    procedural: float = 0.15
    photos: tuple[str, ...] = ()
    test_sources: tuple[str, ...] | None = None
    yardstick: Yardstick = field(default_factory=Yardstick)

    @property
    def views(self) -> int:
        return -(-self.images // self.variants)

    @property
    def shards(self) -> int:
        return -(-self.views // VIEWS_PER_SHARD)

    def views_of(self, shard: int) -> range:
        return range(shard * VIEWS_PER_SHARD, min((shard + 1) * VIEWS_PER_SHARD, self.views))

    def variants_of(self, view: int) -> int:
        """The last view may have fewer, so that the number of pictures is as ordered."""
        return min(self.variants, self.images - view * self.variants)

    def as_json(self) -> dict[str, object]:
        return {"format": FORMAT, **asdict(self)}


def source_of(order: Order, view: int, rng: np.random.Generator) -> Source:
    """Photographs take turns, in another sequence each round."""
    if rng.random() < order.procedural:
        made = procedural_sources()
        return made[int(rng.integers(len(made)))]
    pool = _pool(order)
    turn, place = divmod(view, len(pool))
    return pool[int(np.random.default_rng([order.seed, 1, turn]).permutation(len(pool))[place])]


@lru_cache(maxsize=1)
def _pool(order: Order) -> tuple[Source, ...]:
    """Raises NoPhotographError."""
    if order.photos:
        found = [source for folder in order.photos for source in photographs_in(Path(folder), order.test_sources)]
    else:
        found = dependency_photographs(order.test_sources)
    return tuple(source for source in found for _ in range(source.turns))
