"""How far the annotators agree: what the page shows, as numbers, for every scale and over the course of the study."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypedDict

from rest_framework.request import Request
from rest_framework.response import Response

from annotation.exchange.records import rounded
from annotation.queries.analyses import agreements_at, batches_at, panel_at
from webapp import access
from webapp.api.schema import describe
from webapp.api.views import Route

if TYPE_CHECKING:
    from annotation.aggregation.agreement import Agreement
    from annotation.aggregation.batches import Batch


class EstimateShape(TypedDict):
    """A number with the ends of its 95 % interval over photographs; null where the votes cannot tell."""

    value: float | None
    low: float | None
    high: float | None


class BatchShape(TypedDict):
    """Regions in the order of their first vote, which was at `begun_at`."""

    regions: int
    votes: int
    begun_at: datetime
    statistics: dict[str, EstimateShape]


class AgreementOnScale(TypedDict):
    """`without_each`: ordinal alpha of everybody else, by pseudonym; null where it cannot be told."""

    scale: str
    regions: int
    annotators: int
    votes: int
    statistics: dict[str, EstimateShape]
    without_each: dict[str, float | None]
    batches: list[BatchShape]


class AgreementShape(TypedDict):
    """The eight scales, and the six distortions together. No batches in a study that has but one."""

    scales: list[AgreementOnScale]


class AgreementOne(Route):
    @describe("How far the annotators agree, on each scale and in batches", AgreementShape, errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.OVERSEERS)
        people, batches = panel_at(study).annotators, batches_at(study)
        scales = [
            scale_shape(scale, found, people, batches.get(scale, ())) for scale, found in agreements_at(study).items()
        ]
        shape: AgreementShape = {"scales": scales}
        return Response(shape)


def scale_shape(scale: str, found: "Agreement", people: Sequence[str], batches: "Sequence[Batch]") -> AgreementOnScale:
    return {
        "scale": scale,
        "regions": found.regions,
        "annotators": found.annotators,
        "votes": found.votes,
        "statistics": statistics_shape(found),
        "without_each": {name: rounded(one) for name, one in zip(people, found.without_each, strict=True)},
        "batches": [batch_shape(batch) for batch in batches],
    }


def batch_shape(batch: "Batch") -> BatchShape:
    return {
        "regions": batch.regions,
        "votes": batch.found.votes,
        "begun_at": datetime.fromtimestamp(batch.moment, UTC),
        "statistics": statistics_shape(batch.found),
    }


def statistics_shape(found: "Agreement") -> dict[str, EstimateShape]:
    return {
        name: {"value": rounded(one.value), "low": rounded(one.low), "high": rounded(one.high)}
        for name, one in found.statistics.items()
    }
