"""Labels a person should look at: disputed ones, and those a person decided."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from annotation.aggregation.labels import is_tied, level_of, parse_rule
from annotation.enums import LabelStatus
from annotation.models import Adjudication, Label, Study
from annotation.opinion import DISTORTIONS, SCALES, WORDS


@dataclass(frozen=True, slots=True)
class Said:
    """What the votes say on one scale; nobody's name. `sureness` is empty where there is no with or without."""

    scale: str
    histogram: tuple[int, ...]
    tied: bool
    camps: bool
    sureness: float | None
    of_votes: str


def disputed(study: Study) -> QuerySet[Label]:
    """Oldest first, with region and image."""
    found = Label.objects.filter(study=study, status=LabelStatus.DISPUTED)
    return found.select_related("region__image").order_by("updated_at", "region")


def next_disputed(study: Study, *, after: int | None) -> Label | None:
    """What follows the label of region `after`, past the last one the first again; never that label itself."""
    others = disputed(study).exclude(region=after or 0)
    here = Label.objects.filter(study=study, region=after or 0).first()
    if here is None:
        return others.first()
    later = Q(updated_at__gt=here.updated_at) | Q(updated_at=here.updated_at, region__gt=here.region_id)
    return others.filter(later).first() or others.first()


def decisions(study: Study) -> QuerySet[Adjudication]:
    """Newest first, standing and withdrawn ones."""
    found = Adjudication.objects.filter(study=study).select_related("region__image", "made_by", "withdrawn_by")
    return found.order_by("-created_at", "-pk")


def said_of(label: Label) -> list[Said]:
    return [_said(scale, label) for scale in SCALES]


def _said(scale: str, label: Label) -> Said:
    from annotation.aggregation.doubt import doubt_of  # slow import

    histogram: list[int] = getattr(label, f"{scale}_votes")
    doubt = doubt_of(histogram, distortion=scale in DISTORTIONS)
    level = level_of(scale, histogram, parse_rule(label.rule))
    word = WORDS[scale][level] if level is not None else "without"
    tied = scale in DISTORTIONS and is_tied(histogram)
    return Said(scale, tuple(histogram), tied, doubt.camps, doubt.sureness, word)


def words_of(decision: Adjudication) -> list[tuple[str, str]]:
    """The scales it decides and the word it gives each."""
    decided = [(scale, level) for scale, level in decision.levels().items() if level is not None]
    return [(scale, WORDS[scale][level]) for scale, level in decided]
