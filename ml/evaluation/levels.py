"""People and model on one scale each: the six distortions from 0 (extreme) to 5 (not there), quality and importance 0..4."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ml.evaluation.predictions import Prediction
from ml.evaluation.sets import words_of
from ml.records.region import RegionRecord
from ml.vocabulary import DISTORTIONS, SEVERITIES

NONE: Final = "none"
LEVELS: Final = (*SEVERITIES, NONE)
TOPS: Final[Mapping[str, float]] = {"quality": 4.0, "importance": 4.0, **dict.fromkeys(DISTORTIONS, 5.0)}
"""The scales and their highest levels."""


def people_on(scale: str, record: RegionRecord) -> float | None:
    """None for a distortion that is there with a severity nobody noted."""
    if scale in DISTORTIONS:
        return record.distortions.get(scale, TOPS[scale])
    return record.quality if scale == "quality" else record.importance


def model_on(scale: str, said: Prediction) -> float | None:
    """An expectation; None where the model gave no probabilities of this distortion."""
    if scale in DISTORTIONS:
        shares = (said.distortions or {}).get(scale)
        return None if shares is None else sum(level * share for level, share in enumerate(shares))
    return said.quality if scale == "quality" else said.importance


def both_on(
    scale: str, records: Sequence[RegionRecord], predictions: Sequence[Prediction]
) -> Iterator[tuple[RegionRecord, float, float]]:
    """Region, people, model; where both are known."""
    for record, said in zip(records, predictions, strict=True):
        people, model = people_on(scale, record), model_on(scale, said)
        if people is not None and model is not None:
            yield record, people, model


def words(name: str, record: RegionRecord, said: Prediction) -> tuple[str, str] | None:
    """People's and the model's word of LEVELS for a distortion; None where one of them has none."""
    wanted = words_of({name: record.distortions[name]} if name in record.distortions else {})
    if wanted is None or not said.pairs:
        return None
    severities = [pair.split(" ")[0] for pair in said.pairs if pair.split(" ")[-1] == name] or [NONE]
    return (wanted.get(name, NONE), severities[0]) if severities[0] in LEVELS else None
