"""Prelabels for tests: a model that is as sure as it is told to be."""

from collections.abc import Mapping

from annotation.models import ModelVersion, Prelabel, Region
from annotation.scales import DISTORTIONS


def sure_of(level: float, levels: int = 5) -> list[float]:
    """Probabilities whose mean is `level`, on the two nearest levels."""
    low = min(int(level), levels - 2)
    shares = [0.0] * levels
    shares[low], shares[low + 1] = 1 - (level - low), level - low
    return shares


def make_prelabel(
    region: Region, version: ModelVersion, levels: Mapping[str, float] | None = None, **fields: object
) -> Prelabel:
    said = {"quality": 3.0, "importance": 2.0} | dict(levels or {})
    return Prelabel.objects.create(
        **{
            "region": region,
            "version": version,
            "quality": sure_of(said["quality"]),
            "importance": sure_of(said["importance"]),
            "distortions": [share for name in DISTORTIONS for share in sure_of(said.get(name, 5), 6)],
            "undistorted": 1.0,
            "uncertainty": 0.5,
            "votes_before": 0,
        }
        | fields
    )
