"""Reports of versions as the model pages read them. A report is the JSON that `ml.compare` and `ml.evaluate` write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotation.actions.reports import read_report
from annotation.enums import JobStatus
from annotation.models import Evaluation, Image, ModelVersion, Region, Study
from annotation.scales import DISTORTIONS

CLOSED_SET = "closed_set"
KEPT = 40
"""Measurements in a chart."""


@dataclass(frozen=True, slots=True)
class Estimate:
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Measured:
    """A version on the hold-out of a snapshot."""

    version: ModelVersion
    evaluation: Evaluation
    regions: int
    images: int
    quality: Estimate
    importance: Estimate
    types: Estimate
    per_type: dict[str, float | None]
    report: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """`region` is a row of the study; `model` and `people` are levels on `scale`."""

    region: Region
    image: Image
    scale: str
    model: float
    people: float


def measured_in(study: Study) -> list[Measured]:
    """Everything measured in the study, oldest first; at most the last KEPT."""
    rows = Evaluation.objects.filter(study=study, status=JobStatus.DONE).select_related("version", "snapshot")
    newest = list(rows.order_by("-finished_at", "-pk")[:KEPT])
    return [measured(row) for row in reversed(newest)]


def measured(row: Evaluation) -> Measured:
    report = read_report(str(row.report.name))
    scores = report["ways"][CLOSED_SET]
    return Measured(
        version=row.version,
        evaluation=row,
        regions=report["regions"],
        images=report["sources"],
        quality=_estimate(scores["quality"]["srocc"]),
        importance=_estimate(scores["importance"]["srocc"]),
        types=_estimate(scores["types"]["f1"]),
        per_type={name: scores["per_type"].get(name) for name in (*DISTORTIONS, "clean")},
        report=report,
    )


def newest_of(found: Sequence[Measured], version: ModelVersion | None) -> Measured | None:
    return next((one for one in reversed(found) if version is not None and one.version.pk == version.pk), None)


def disagreements(one: Measured, study: Study, *, at_most: int = 6) -> list[Disagreement]:
    """Where model and people are furthest apart. Regions that left the study since are left out."""
    worst = one.report.get("details", {}).get("disagreements", [])
    ids = [int(found["record"]) for found in worst if str(found["record"]).isdigit()]
    regions = Region.objects.filter(study=study, pk__in=ids).select_related("image").in_bulk()
    pairs = [(regions.get(int(found["record"])), found) for found in worst if str(found["record"]).isdigit()]
    known = [(region, found) for region, found in pairs if region is not None]
    return [
        Disagreement(region, region.image, found["scale"], found["model"], found["people"])
        for region, found in known[:at_most]
    ]


def _estimate(found: Mapping[str, Any]) -> Estimate:
    """A number that could not be had is 0, as a correlation that says nothing is."""
    value, low, high = (float(found[name] or 0.0) for name in ("value", "low", "high"))
    return Estimate(value, low, high)
