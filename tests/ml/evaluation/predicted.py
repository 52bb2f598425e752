"""Regions of simulated photographs and models that see them more or less well."""

import numpy as np

from ml.evaluation.predictions import Prediction
from ml.records.region import RegionRecord
from tests.ml.evaluation.records import make_record

CLEAN = frozenset({"clean"})
BLUR = frozenset({"blur"})


def regions(rng: np.random.Generator, photographs: int = 40, each: int = 2) -> list[RegionRecord]:
    """Two photographs of three are blurred."""
    return [
        make_record(
            photograph * each + number,
            source=f"photograph {photograph}",
            quality=float(rng.uniform(0, 4)),
            importance=float(rng.uniform(0, 4)),
            distortions={"blur": 1.0} if photograph % 3 else {},
        )
        for photograph in range(photographs)
        for number in range(each)
    ]


def seen(
    records: list[RegionRecord], rng: np.random.Generator, *, noise: float, shared: float = 0.0, missed: float = 0.0
) -> list[Prediction]:
    """What people said with errors of this deviation, `shared` by a photograph's regions; types are `missed` so often."""
    of_photograph = {record.source: rng.normal(0, shared) if shared else 0.0 for record in records}
    return [
        Prediction(
            float(record.quality + rng.normal(0, noise) + of_photograph[record.source]),
            float(record.importance + rng.normal(0, noise)),
            CLEAN if rng.random() < missed or not record.distortions else BLUR,
            None,
        )
        for record in records
    ]
