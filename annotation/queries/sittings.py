"""Where a person stands in their day: the last sitting, the last viewing check, how much was handed out. One statement."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from annotation.models import Sitting, Study, User, ViewingCheck
from annotation.queries.rows import row_of
from annotation.queries.statements import Statement, Value

IDLE = timedelta(minutes=15)
"""Without a lease or a vote, after which a sitting is over."""
_SITTING = tuple(field.attname for field in Sitting._meta.concrete_fields)
_CHECK = ("id", "passed", "created_at", "expires_at")
_RECORD = Statement(f"""
SELECT clock_timestamp(), total.today, total.handed_out, {", ".join(f"latest.{name}" for name in _SITTING)},
       {", ".join(f"checked.{name}" for name in _CHECK)}
FROM (SELECT count(*) FILTER (WHERE votes > 0 AND started_at >= %(day)s) AS today,
             coalesce(sum(greatest(seats - %(warm_up)s, 0)), 0)::int AS handed_out
      FROM annotation_sitting WHERE study_id = %(study)s AND annotator_id = %(annotator)s) total
LEFT JOIN LATERAL (SELECT * FROM annotation_sitting WHERE study_id = %(study)s AND annotator_id = %(annotator)s
                   ORDER BY number DESC LIMIT 1) latest ON TRUE
LEFT JOIN LATERAL (SELECT * FROM annotation_viewingcheck WHERE study_id = %(study)s AND annotator_id = %(annotator)s
                   ORDER BY created_at DESC, id DESC LIMIT 1) checked ON TRUE
""")  # noqa: S608  the columns are ours


@dataclass(frozen=True, slots=True)
class Record:
    """`handed_out` counts the person's regions in the study, without the first ones of each sitting that warm up."""

    now: datetime
    sitting: Sitting | None
    sittings_today: int
    handed_out: int
    check: ViewingCheck | None


def record_of(study: Study, annotator: User, warm_up: int) -> Record:
    values: dict[str, Value] = {"study": study.pk, "annotator": annotator.pk, "warm_up": warm_up, "day": day_start()}
    now, today, handed_out, *found = _RECORD.rows(values)[0]
    sitting, check = found[: len(_SITTING)], found[len(_SITTING) :]
    return Record(
        now,
        None if sitting[0] is None else row_of(Sitting, _SITTING, sitting),
        today,
        handed_out,
        None if check[0] is None else row_of(ViewingCheck, _CHECK, check),
    )


def day_start() -> datetime:
    """When today began, in the server's time zone: what "a day" is in every limit."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def tomorrow() -> datetime:
    return day_start() + timedelta(days=1)
