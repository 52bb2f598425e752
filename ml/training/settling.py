"""How far a fine-tuned network goes from the weights that it came from: as far as photographs say that it did not learn.

A few hundred regions are soon known by heart. Where people judge in a new way, the weights after the run are the better
ones; where their labels say little that is new, the mean of before and after is.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

import torch
from torch import Tensor

from ml.records.region import RegionRecord
from ml.seagull.network import Seagull
from ml.training.order import Chunk
from ml.training.parts import put, weights_of
from ml.training.pictures import Pictures
from ml.training.pupil import Pupil
from ml.training.questions import Teacher

WAYS: Final = (0.25, 0.5, 0.75, 1.0)
PART: Final = 5
"""One of so many photographs is kept from learning."""
TOGETHER: Final = 16
"""Images in one pass."""


def parted(records: Sequence[RegionRecord]) -> tuple[list[RegionRecord], list[RegionRecord]]:
    """To learn from, and to settle with: whole photographs, the same ones whatever the order."""
    sources = sorted({record.source for record in records}, key=lambda source: hashlib.sha256(source.encode()).digest())
    kept = set(sources[: len(sources) // PART])
    return [one for one in records if one.source not in kept], [one for one in records if one.source in kept]


def settle(seagull: Seagull, before: Mapping[str, Tensor], pupil: Pupil, pictures: Pictures, teacher: Teacher) -> float:
    """Leaves `seagull` with the weights of the way that has the smallest loss on `pictures`, and returns that way."""
    after = weights_of(seagull)
    losses = {}
    for way in WAYS:
        put(seagull, {name: before[name].lerp(weight, way) for name, weight in after.items()})
        losses[way] = loss_of(pupil, pictures, teacher)
    best = min(losses, key=losses.__getitem__)
    put(seagull, {name: before[name].lerp(weight, best) for name, weight in after.items()})
    return best


@torch.no_grad()
def loss_of(pupil: Pupil, pictures: Pictures, teacher: Teacher) -> float:
    """Over all regions of `pictures`, as nothing is left to chance."""
    pupil.eval()
    chunks = [Chunk(image, tuple(range(len(records)))) for image, records in enumerate(pictures.images)]
    total = 0.0
    for begin in range(0, len(chunks), TOGETHER):
        examples = [pictures.example(chunk) for chunk in chunks[begin : begin + TOGETHER]]
        records = [record for example in examples for record in example.records]
        lessons = [teacher.lesson(record, seed=0, epoch=0) for record in records]
        total += float(pupil(examples, lessons).total) * len(records)
    return total
