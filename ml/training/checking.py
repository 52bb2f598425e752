"""What is wrong with records, found before training starts and said with the record's name."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ml.images import ImageError, read
from ml.records.region import RecordError, RegionRecord


def check(records: Sequence[RegionRecord]) -> None:
    """What `read_records` does not look at: records beside each other. Raises RecordError."""
    if not records:
        raise RecordError("there is no record to learn from")
    seen: set[str] = set()
    splits: dict[str, str] = {}
    for record in records:
        if record.id in seen:
            raise RecordError(f"record {record.id}: the id comes twice; every region needs its own")
        seen.add(record.id)
        if splits.setdefault(record.source, record.split) != record.split:
            raise RecordError(f"record {record.id}: the photograph {record.source} is in train and in test")


def image_of(records: Sequence[RegionRecord]) -> NDArray[np.uint8]:
    """The pixels that all of `records` lie in, HxWx3. Raises RecordError."""
    first = records[0]
    try:
        rgb = read(first.image)
    except (ImageError, OSError) as error:
        raise RecordError(f"record {first.id}: image {first.image} cannot be read: {error}") from error
    for record in records:
        if record.size != rgb.shape[:2]:
            size = f"{rgb.shape[0]} x {rgb.shape[1]}"
            raise RecordError(f"record {record.id}: the mask is for {record.size} (height, width), the image is {size}")
    return rgb


def by_image(records: Iterable[RegionRecord]) -> list[tuple[RegionRecord, ...]]:
    """In the order of the files' names, whatever the order of the records."""
    groups: dict[str, list[RegionRecord]] = defaultdict(list)
    for record in records:
        groups[str(record.image)].append(record)
    return [tuple(sorted(groups[name], key=lambda record: record.id)) for name in sorted(groups)]
