"""A version measured on a split: every way in which it can be asked, side by side."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ml.evaluation.plain import plain
from ml.evaluation.predictions import Prediction
from ml.evaluation.scores import Drawing, Scores, score
from ml.records.region import RegionRecord
from ml.training.checking import image_of

CLOSED_SET = "closed_set"
"""Softmax over the words at the answer's first token: the scores that a version is judged by."""
HEADS = "heads"
ANSWERS = "answers"
"""Types and severities read from the sentence that the model writes, as in Table 1; numbers as in `CLOSED_SET`."""

Judge = Callable[[NDArray[np.uint8], NDArray[np.bool_]], Sequence[Mapping[str, Prediction]]]
"""Takes uint8 HxWx3 and the masks RxHxW of one image; gives for each region its prediction by way."""


@dataclass(frozen=True)
class Report:
    """`ways` maps the way of asking to its scores; `seconds` is the time spent on reading and asking."""

    version: str
    split: str
    regions: int
    images: int
    sources: int
    threshold: float
    seconds: float
    ways: dict[str, Scores]

    def as_json(self) -> str:
        return json.dumps(plain(self), indent=2)


@dataclass(frozen=True)
class Answers:
    """What was said of each of `records`, in their order, by way of asking; `seconds` as in `Report`."""

    records: tuple[RegionRecord, ...]
    ways: dict[str, tuple[Prediction, ...]]
    seconds: float

    def judged(self) -> tuple[Prediction, ...]:
        """The way that counts: the closed set, or the only one of a judge that has no closed set."""
        return self.ways.get(CLOSED_SET) or next(iter(self.ways.values()))


def evaluate(
    judge: Judge, records: Sequence[RegionRecord], *, version: str, threshold: float, drawing: Drawing | None = None
) -> Report:
    """Raises ValueError for no records."""
    answers = ask(judge, records, version=version)
    return report_of(answers, version=version, threshold=threshold, drawing=drawing)


def ask(judge: Judge, records: Sequence[RegionRecord], *, version: str) -> Answers:
    """About every record, image by image. The order of the answers depends on the records alone.

    Raises ValueError for no records, and RecordError for an image that cannot be read, before anything is asked.
    """
    if not records:
        raise ValueError("there are no regions to ask about")
    start = time.perf_counter()
    ordered = sorted(records, key=lambda record: str(record.image))
    check_images(ordered)
    said = [answer for image in tqdm(list(_by_image(ordered)), desc=version) for answer in _ask(judge, image)]
    ways = {way: tuple(answer[way] for answer in said) for way in said[0]}
    return Answers(tuple(ordered), ways, time.perf_counter() - start)


def check_images(records: Sequence[RegionRecord]) -> None:
    """Reading takes a twentieth of the time that asking does. Raises RecordError, which names the record and the file."""
    for image in _by_image(sorted(records, key=lambda record: str(record.image))):
        image_of(image)


def report_of(answers: Answers, *, version: str, threshold: float, drawing: Drawing | None = None) -> Report:
    records = answers.records
    return Report(
        version=version,
        split=" ".join(sorted({record.split for record in records})),
        regions=len(records),
        images=len({record.image for record in records}),
        sources=len({record.source for record in records}),
        threshold=threshold,
        seconds=answers.seconds,
        ways={way: score(records, said, drawing) for way, said in answers.ways.items()},
    )


def _by_image(ordered: Sequence[RegionRecord]) -> Iterator[list[RegionRecord]]:
    return (list(group) for _, group in groupby(ordered, key=lambda record: record.image))


def _ask(judge: Judge, records: Sequence[RegionRecord]) -> Sequence[Mapping[str, Prediction]]:
    return judge(image_of(records), np.stack([record.mask() for record in records]))
