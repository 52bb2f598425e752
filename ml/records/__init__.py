"""What people or a full-reference metric said of regions, as training and evaluation read it."""

from ml.records.reading import read_records
from ml.records.region import RecordError, RegionRecord

__all__ = ["RecordError", "RegionRecord", "read_records"]
