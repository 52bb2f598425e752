"""What votes will buy in this study, and how many are still to come."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Sum

from annotation.models import Assignment, Label, Protocol, Region, SeatRequest, Study
from annotation.queries.asking import asking_of, budget_left
from annotation.queries.board import pace_of
from annotation.queries.board_counts import work_of
from annotation.scales import SCALES, TOP_LEVEL

if TYPE_CHECKING:
    from annotation.aggregation.forecasts import Forecast
    from annotation.aggregation.planning import Expected

MOST = 20_000
"""Of the regions, about: a forecast from every so-and-so-many-th of more is as good."""

_HISTOGRAMS = ", ".join(
    f"coalesce(label.{scale}_votes, '{{{', '.join('0' * (TOP_LEVEL[scale] + 1))}}}')" for scale in SCALES
)
# Regions the rules may ask about: a decision ends the asking, and those with a known answer never get a seat.
_TO_COME = f"""
SELECT coalesce(seats.coming, 0), {_HISTOGRAMS}
FROM annotation_region region
LEFT JOIN annotation_label label ON label.region_id = region.id
LEFT JOIN (SELECT region_id, count(*) AS coming FROM annotation_assignment
           WHERE study_id = %(study)s AND vote_id IS NULL AND purpose = 'label' GROUP BY region_id) seats
    ON seats.region_id = region.id
WHERE region.study_id = %(study)s AND region.status = 'accepted' AND label.adjudication_id IS NULL
  AND region.id %% %(every)s = 0
  AND NOT EXISTS (SELECT FROM annotation_gold gold WHERE gold.region_id = region.id)
ORDER BY region.id
"""  # noqa: S608  the columns are ours


@dataclass(frozen=True, slots=True)
class Ahead:
    """`open_seats` are asked for now, `later` the votes that the rules will still ask for after those; `days` for both, at the
    pace that the live board tells.
    """

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
    pace = pace_of(work_of(study)[1])
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
    import numpy as np  # slow import

    from annotation.aggregation.planning import expected_from_pilot  # slow import

    labels = Label.objects.filter(study=study).order_by("-updated_at", "-region")
    newest = labels.values_list(f"{scale}_votes", flat=True)[:MOST]
    counts = np.array(list(newest), dtype=np.int64).reshape(-1, TOP_LEVEL[scale] + 1)
    try:
        return expected_from_pilot(counts)
    except ValueError:
        return None


def _forecast(study: Study, protocol: Protocol) -> "Forecast":
    """From some of the regions where there are many, as if the others were like them."""
    from annotation.aggregation.forecasts import forecast  # slow import

    every = 1 + Region.objects.filter(study=study).count() // MOST
    coming, counts = _to_come(study, every)
    left = budget_left(protocol)
    found = forecast(
        counts, asking_of(study, protocol), coming=coming, budget=None if left is None else -(-left // every)
    )
    votes, low, high, capped = (every * one for one in (found.votes, found.low, found.high, found.at_cap))
    return replace(found, votes=votes, low=low, high=high, at_cap=capped)


def _to_come(study: Study, every: int) -> tuple[Any, dict[str, Any]]:
    """Open seats and each scale's histogram, a row for each region that the rules may ask about."""
    import numpy as np  # slow import

    with connection.cursor() as cursor:
        cursor.execute(_TO_COME, {"study": study.pk, "every": every})
        rows = cursor.fetchall()
    counts = {
        scale: np.array([row[place] for row in rows], dtype=np.int64).reshape(-1, TOP_LEVEL[scale] + 1)
        for place, scale in enumerate(SCALES, start=1)
    }
    return np.array([row[0] for row in rows], dtype=np.int64), counts
