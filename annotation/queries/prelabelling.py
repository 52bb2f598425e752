"""How far the active version has come with its prelabels, and how fast it went lately."""

from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Count, Q

from annotation.models import Image, Prelabel, Study

LATELY = 500
"""Prelabels by which the speed is told."""
PAUSE_SECONDS = 30.0
"""Between two prelabels: nothing was due, or a worker was away."""


@dataclass(frozen=True, slots=True)
class Prelabelling:
    """`due` images are still to be looked at, `failed` ones cannot be. `per_second` counts regions, None while unknown."""

    images: int
    due: int
    failed: int
    per_second: float | None

    @property
    def done(self) -> int:
        return self.images - self.due


def prelabelling_of(study: Study) -> Prelabelling | None:
    """None without an active version."""
    if study.active_version_id is None:
        return None
    images = Image.objects.filter(study=study).aggregate(
        all=Count("pk"), due=Count("pk", Q(prelabel_due=True)), failed=Count("pk", ~Q(prelabel_error=""))
    )
    return Prelabelling(images["all"], images["due"], images["failed"], _per_second(study))


def _per_second(study: Study) -> float | None:
    """Of the version's newest prelabels here, pauses left out."""
    said = Prelabel.objects.filter(version=study.active_version_id, region__study=study)
    moments = sorted(said.order_by("-pk").values_list("created_at", flat=True)[:LATELY])
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]
    worked = [gap for gap in gaps if gap < PAUSE_SECONDS]
    return len(worked) / sum(worked) if sum(worked) > 0 else None
