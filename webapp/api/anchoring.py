"""The anchoring audit: how far shown guesses pulled people, scale by scale."""

from typing import TYPE_CHECKING, TypedDict

from rest_framework.request import Request
from rest_framework.response import Response

from annotation.queries.anchoring import ScaleAudit, anchoring_of, pull_in_words, spread_in_words, time_in_words
from webapp import access
from webapp.api.schema import describe
from webapp.api.views import Route

if TYPE_CHECKING:
    from annotation.aggregation.anchoring import Effect


class EffectShape(TypedDict):
    """An estimate, the ends of its 95 % interval, and how many regions (or people) were compared."""

    value: float
    low: float
    high: float
    compared: int


class SpreadShape(TypedDict):
    """The mean variance of votes on one region with the guess in sight and without."""

    shown: float
    hidden: float
    change: EffectShape


class ScaleShape(TypedDict):
    """Null where there is too little to say. A pull of 1 is all the way to the guess."""

    scale: str
    pull: EffectShape | None
    spread: SpreadShape | None
    said: list[str]


class AnchoringShape(TypedDict):
    """Votes with the guess shown and hidden; `regions` have both. `time` is a ratio, shown to hidden."""

    shown: int
    hidden: int
    regions: int
    people: int
    scales: list[ScaleShape]
    time: EffectShape | None
    said_of_time: str


class Anchoring(Route):
    @describe("How far shown guesses pulled votes", AnchoringShape, errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        audit = anchoring_of(access.study_for(self.person, slug, access.OVERSEERS))
        shape: AnchoringShape = {
            "shown": audit.shown,
            "hidden": audit.hidden,
            "regions": audit.regions,
            "people": audit.people,
            "scales": [scale_shape(one) for one in audit.scales],
            "time": effect_shape(audit.time),
            "said_of_time": time_in_words(audit.time),
        }
        return Response(shape)


def scale_shape(audit: ScaleAudit) -> ScaleShape:
    spread = audit.spread
    change = effect_shape(spread.change) if spread else None
    return {
        "scale": audit.scale,
        "pull": effect_shape(audit.pull),
        "spread": {"shown": spread.shown, "hidden": spread.hidden, "change": change} if spread and change else None,
        "said": [words for words in (pull_in_words(audit), spread_in_words(audit)) if words],
    }


def effect_shape(effect: "Effect | None") -> EffectShape | None:
    if effect is None:
        return None
    return {"value": effect.value, "low": effect.low, "high": effect.high, "compared": effect.compared}
