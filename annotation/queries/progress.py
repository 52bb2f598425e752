"""How far a study is and how its people are doing: a constant number of queries whatever its size."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from annotation.enums import LabelStatus, Purpose, RegionStatus, Role
from annotation.models import Assignment, Image, Label, Membership, Region, Study, Vote
from annotation.opinion import SCALES, TOP_LEVEL


@dataclass(frozen=True, slots=True)
class Progress:
    """`prelabels_waiting` and `prelabel_errors` count images."""

    images: int
    images_waiting: int
    prelabels_waiting: int
    prelabel_errors: int
    regions: int
    candidates: int
    seats: int
    votes: int
    surplus: int
    settled: int
    disputed: int
    votes_last_day: int

    @property
    def percent(self) -> int:
        return 100 * self.votes // self.seats if self.seats else 0


@dataclass(frozen=True, slots=True)
class Opinions:
    wanted: int
    there: int


@dataclass(frozen=True, slots=True)
class Pace:
    """One person's part in a study."""

    membership: Membership
    votes: int
    votes_last_day: int
    median_ms: int | None
    last_vote_at: datetime | None


def progress_of(study: Study) -> Progress:
    images = Image.objects.filter(study=study).aggregate(
        all=Count("pk"),
        waiting=Count("pk", Q(proposed_at=None, proposal_error="")),
        unjudged=Count("pk", Q(prelabel_due=True)),
        unjudgeable=Count("pk", ~Q(prelabel_error="")),
    )
    regions = Region.objects.filter(study=study).aggregate(
        accepted=Count("pk", Q(status=RegionStatus.ACCEPTED)), candidates=Count("pk", Q(status=RegionStatus.CANDIDATE))
    )
    opinions = opinions_of(study)
    day = timezone.now() - timedelta(days=1)
    # Checks are stored as surplus ones, too: they count for no label.
    votes = Vote.objects.filter(study=study, purpose=Purpose.LABEL, retracted_at=None).aggregate(
        surplus=Count("pk", Q(surplus=True)), recent=Count("pk", Q(created_at__gte=day))
    )
    labels = Label.objects.filter(study=study).aggregate(
        settled=Count("pk", Q(status=LabelStatus.SETTLED)), disputed=Count("pk", Q(status=LabelStatus.DISPUTED))
    )
    return Progress(
        images=images["all"],
        images_waiting=images["waiting"],
        prelabels_waiting=images["unjudged"] if study.active_version_id else 0,
        prelabel_errors=images["unjudgeable"],
        regions=regions["accepted"],
        candidates=regions["candidates"],
        seats=opinions.wanted,
        votes=opinions.there,
        surplus=votes["surplus"],
        settled=labels["settled"],
        disputed=labels["disputed"],
        votes_last_day=votes["recent"],
    )


def opinions_of(study: Study) -> Opinions:
    seats = Assignment.objects.filter(study=study, purpose=Purpose.LABEL)
    return Opinions(**seats.aggregate(wanted=Count("pk"), there=Count("vote")))


_PACES = """
SELECT annotator_id, count(*), count(*) FILTER (WHERE created_at >= now() - interval '1 day'),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms), max(created_at), max(codebook)
FROM annotation_vote WHERE study_id = %s AND retracted_at IS NULL GROUP BY annotator_id
"""


def paces_of(study: Study) -> list[Pace]:
    """Everybody who is or was an annotator, busiest first."""
    with connection.cursor() as cursor:
        cursor.execute(_PACES, [study.pk])
        counts = {row[0]: row[1:] for row in cursor.fetchall()}
    members = Membership.objects.filter(study=study).select_related("user")
    raters = [member for member in members if member.role == Role.ANNOTATOR or member.user_id in counts]
    paces = [_pace(member, counts.get(member.user_id)) for member in raters]
    return sorted(paces, key=lambda pace: (-pace.votes, pace.membership.user.username))


def _pace(member: Membership, row: tuple[int, int, float, datetime] | None) -> Pace:
    if row is None:
        return Pace(member, 0, 0, None, None)
    return Pace(member, row[0], row[1], round(row[2]), row[3])


_DISTRIBUTION = "SELECT {columns} FROM annotation_label WHERE study_id = %s AND status <> 'open'"


def distributions_of(study: Study) -> dict[str, list[int]]:
    """Settled labels per class for each scale, lowest class first; for a distortion the sixth is "without"."""
    counts = [
        f"count(*) FILTER (WHERE {scale}_level {'IS NULL' if level == 5 else f'= {level}'})"
        for scale in SCALES
        for level in range(TOP_LEVEL[scale] + 1)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_DISTRIBUTION.format(columns=", ".join(counts)), [study.pk])
        row = list(cursor.fetchone() or [0] * len(counts))
    return {scale: [row.pop(0) for _ in range(TOP_LEVEL[scale] + 1)] for scale in SCALES}


@dataclass(frozen=True, slots=True)
class OwnProgress:
    """What an annotator may know: their own work and whether there is more. `codebook` is the last they voted by, or 0."""

    votes: int
    votes_last_day: int
    median_ms: int | None
    open_seats: bool
    codebook: int = 0


def own_progress(study: Study, user_id: int) -> OwnProgress:
    with connection.cursor() as cursor:
        cursor.execute(_PACES.replace("GROUP BY", "AND annotator_id = %s GROUP BY"), [study.pk, user_id])
        row = cursor.fetchone()
    open_seats = Assignment.objects.open().filter(study=study).exists()
    if row is None:
        return OwnProgress(0, 0, None, open_seats)
    return OwnProgress(row[1], row[2], round(row[3]), open_seats, row[5] or 0)
