"""What votes will buy in this study, and how many are still to come."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from annotation.models import Assignment, Label, Protocol, SeatRequest, Study, Vote
from annotation.queries.asking import asking_of, budget_left
from annotation.scales import SCALES

if TYPE_CHECKING:
    from annotation.aggregation.forecasts import Forecast
    from annotation.aggregation.planning import Expected

MOST = 20_000
"""Of the labels, the newest; a forecast needs no more."""
PACE_DAYS = 7


@dataclass(frozen=True, slots=True)
class Ahead:
    """`open_seats` are asked for now, `later` the votes that the rules will still ask for; `days` at the present pace."""

    open_seats: int
    later: "Forecast | None"
    asked: int
    budget_left: int | None
    votes_a_day: float
    days: float | None


def ahead_of(study: Study) -> Ahead:
    protocol = Protocol.objects.filter(study=study).first()
    adaptive = protocol is not None and protocol.adaptive
    open_seats = Assignment.objects.open().filter(study=study).count()
    later = _forecast(study, protocol) if adaptive and protocol else None
    pace = _votes_a_day(study)
    left = open_seats + (later.votes if later else 0.0)
    return Ahead(
        open_seats=open_seats,
        later=later,
        asked=SeatRequest.objects.filter(study=study).aggregate(seats=Sum("seats"))["seats"] or 0,
        budget_left=budget_left(protocol) if protocol else None,
        votes_a_day=pace,
        days=left / pace if pace else None,
    )


def pilot_of(study: Study, scale: str) -> "Expected | None":
    """What the study's own votes say of its scores and of its panel's noise; None with too few."""
    from annotation.aggregation.planning import expected_from_pilot  # slow import

    counts = _counts(study)[scale]
    try:
        return expected_from_pilot(counts)
    except ValueError:
        return None


def _forecast(study: Study, protocol: Protocol) -> "Forecast":
    from annotation.aggregation.forecasts import forecast  # slow import

    return forecast(_counts(study), asking_of(study, protocol))


def _counts(study: Study) -> dict[str, Any]:
    """Each scale's histograms, a row for each label; open seats are votes to come, so open labels are in too."""
    import numpy as np  # slow import

    names = [f"{scale}_votes" for scale in SCALES]
    rows = list(Label.objects.filter(study=study).order_by("-updated_at").values_list(*names)[:MOST])
    return {scale: np.array([row[place] for row in rows], dtype=np.int64) for place, scale in enumerate(SCALES)}


def _votes_a_day(study: Study) -> float:
    """Over the last days in which there were votes."""
    since = timezone.now() - timedelta(days=PACE_DAYS)
    recent = Vote.objects.filter(study=study, created_at__gte=since, retracted_at=None, surplus=False)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT created_at::date) FROM annotation_vote WHERE study_id = %s AND created_at >= %s",
            [study.pk, since],
        )
        days = cursor.fetchone()[0]
    return recent.count() / days if days else 0.0
