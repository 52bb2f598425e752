"""What is wrong with records, found before training starts and said with the record's name."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from ml.images import ImageError, read
from ml.records.region import RecordError, RegionRecord


def check(records: Sequence[RegionRecord]) -> None:
    """What `read_records` cannot see in one record alone, and the masks; not the images' pixels. Raises RecordError."""
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
        _check_mask(record)


def check_image(records: Sequence[RegionRecord]) -> None:
    """All of one image. Raises RecordError."""
    first = records[0]
    try:
        size = read(first.image).shape[:2]
    except (ImageError, OSError) as error:
        raise RecordError(f"record {first.id}: image {first.image} cannot be read: {error}") from error
    for record in records:
        if record.size != size:
            raise RecordError(f"record {record.id}: its mask is {record.size} and image {record.image} {size} pixels")


def by_image(records: Iterable[RegionRecord]) -> list[tuple[RegionRecord, ...]]:
    """In the order of the files' names, whatever the order of the records."""
    groups: dict[str, list[RegionRecord]] = defaultdict(list)
    for record in records:
        groups[str(record.image)].append(record)
    return [tuple(sorted(groups[name], key=lambda record: record.id)) for name in sorted(groups)]


def _check_mask(record: RegionRecord) -> None:
    shape = record.mask().shape
    if shape != record.size:
        raise RecordError(f"record {record.id}: the mask is {shape} pixels, its size says {record.size}")
