"""Whether a checkpoint belongs to a run."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict

from ml.records.region import RegionRecord
from ml.seagull.presets import SeagullConfig
from ml.training.recipes import Recipe


def fingerprint(
    records: Sequence[RegionRecord], recipe: Recipe, seed: int, config: SeagullConfig, parent: str | None
) -> str:
    """Of all that decides what a step does: a checkpoint of anything else cannot go on.

    `parent` is the SHA-256 of the version that the run starts from, None for random weights.
    """
    facts = [repr(_facts(record)) for record in records]
    made_of = json.dumps(asdict(recipe) | {"trained": sorted(recipe.trained)})  # a set's own order changes by process
    network = json.dumps([asdict(config), parent])
    return hashlib.sha256("\n".join([made_of, str(seed), network, *sorted(facts)]).encode()).hexdigest()


def _facts(record: RegionRecord) -> tuple[object, ...]:
    labels = record.quality, record.importance, sorted(record.distortions.items())
    return record.id, record.image.name, record.counts, *labels
