"""Labels with their uncertainty, for overseers."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import TypedDict

from rest_framework.request import Request
from rest_framework.response import Response

from annotation.aggregation.labels import ScaleLabel, label_region, parse_rule
from annotation.enums import LabelStatus, RegionLevel
from annotation.models import Label
from annotation.queries.noise import noise_at
from webapp import access
from webapp.api.filters import one_of
from webapp.api.paging import paginate
from webapp.api.schema import Page, describe
from webapp.api.views import Route


class Scale(TypedDict):
    """`mean`, `sd` and `interval` are of the `n` votes the level comes from; `histogram` counts all, level 0 first."""

    histogram: list[int]
    n: int
    present: bool | None
    level: int | None
    word: str | None
    tied: bool
    mean: float | None
    sd: float | None
    interval: list[float] | None


class LabelShape(TypedDict):
    region: int
    image: int
    region_level: RegionLevel
    status: LabelStatus
    votes: int
    exposed_votes: int
    rule: str
    updated_at: datetime
    scales: dict[str, Scale]


class Labels(Route):
    paged = True
    filters = {"status": one_of("status", LabelStatus), "level": one_of("region__level", RegionLevel)}

    @describe("The study's labels", Page(LabelShape), errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.OVERSEERS)
        labels = Label.objects.filter(study=study, **self.chosen).select_related("region")
        return Response(paginate(request, labels, partial(label_shape, noise=noise_at(study))))


def label_shape(label: Label, noise: Mapping[str, float]) -> LabelShape:
    """`noise` has the study's SOS parameter of each scale, for the intervals."""
    scales = label_region(label.histograms(), parse_rule(label.rule), noise)
    return {
        "region": label.region_id,
        "image": label.region.image_id,
        "region_level": RegionLevel(label.region.level),
        "status": LabelStatus(label.status),
        "votes": label.votes,
        "exposed_votes": label.exposed_votes,
        "rule": label.rule,
        "updated_at": label.updated_at,
        "scales": {name: scale_shape(scale) for name, scale in scales.items()},
    }


def scale_shape(scale: ScaleLabel) -> Scale:
    of_record = scale.of_record
    return {
        "histogram": list(scale.histogram),
        "n": of_record.votes,
        "present": scale.present,
        "level": scale.level,
        "word": scale.word,
        "tied": scale.tied,
        "mean": of_record.mean,
        "sd": of_record.sd,
        "interval": None if of_record.interval is None else [of_record.interval.low, of_record.interval.high],
    }
