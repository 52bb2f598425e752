"""What is to be built: equal orders give equal bytes, whoever builds which part when, on processors of one kind."""

from dataclasses import asdict, dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import numpy as np

from ml.synthesis.labels import Yardstick
from ml.synthesis.references import (
    Source,
    dependency_photographs,
    photographs_in,
    procedural_sources,
    shown_otherwise,
)

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Order:
    """`partial` is the share of pictures that are distorted in one place only, `procedural` that of made-up views.

    `photos` are folders; those inside installed packages are used without any, and beside them when `installed`.
    """

    images: int
    seed: int = 1
    side: int = 512
    variants: int = 6
    regions: int = 6
    partial: float = 0.3
    procedural: float = 0.15
    photos: tuple[str, ...] = ()
    installed: bool = False
    test_sources: tuple[str, ...] | None = None
    views_per_shard: int = 8
    yardstick: Yardstick = field(default_factory=Yardstick)

    @property
    def views(self) -> int:
        return -(-self.images // self.variants)

    @property
    def shards(self) -> int:
        return -(-self.views // self.views_per_shard)

    def views_of(self, shard: int) -> range:
        return range(shard * self.views_per_shard, min((shard + 1) * self.views_per_shard, self.views))

    def variants_of(self, view: int) -> int:
        """The last view may have fewer, so that the number of pictures is as ordered."""
        return min(self.variants, self.images - view * self.variants)

    def as_json(self) -> dict[str, object]:
        """With a hash of the photographs that were found: other ones give other pictures. Raises NoPhotographError."""
        names = "\n".join(f"{source.split} {source.name}" for source in _pool(self))
        return {"format": FORMAT, "photographs": sha256(names.encode()).hexdigest()[:16], **asdict(self)}


def source_of(order: Order, view: int, rng: np.random.Generator) -> Source:
    """Photographs take turns, in another sequence each round."""
    if rng.random() < order.procedural:
        made = procedural_sources()
        return made[int(rng.integers(len(made)))]
    pool = _pool(order)
    turn, place = divmod(view, len(pool))
    return pool[int(np.random.default_rng([order.seed, 1, turn]).permutation(len(pool))[place])]


def photographs_of(order: Order) -> list[Source]:
    """Each once, in an order of their names alone. Raises NoPhotographError."""
    return list({source.path: source for source in _pool(order)}.values())


@lru_cache(maxsize=1)
def _pool(order: Order) -> tuple[Source, ...]:
    """Raises NoPhotographError."""
    found = [source for folder in order.photos for source in photographs_in(Path(folder), order.test_sources)]
    if order.installed or not order.photos:
        found += dependency_photographs(order.test_sources)
    return tuple(source for source in shown_otherwise(found) for _ in range(source.turns))
