"""Rows that every lease and every vote reads, by hand: building the same query through the ORM costs several times the query.

The instances are the ORM's own, with the columns that are not read deferred.
"""

from typing import NamedTuple
from uuid import UUID

from annotation.enums import PrelabelSeen, Purpose
from annotation.models import Assignment, Image, Membership, Protocol, Region, Study
from annotation.queries.live import LIVE
from annotation.queries.rows import row_of
from annotation.queries.statements import Row, Statement
from annotation.scales import SCALES

_STUDY = (
    *("id", "status", "votes_wanted", "lease_minutes", "severity_votes", "severity_top"),
    *("prelabel_policy", "active_version_id", "arm_share", "codebook", "seed"),
)
_REGION = ("id", "study_id", "image_id", "status")
_SHOWN_REGION = ("id", "study_id", "image_id", "rle", "x", "y", "width", "height")
_SHOWN_IMAGE = ("id", "media_type", "width", "height", "orientation")
_SEAT = ("id", "study_id", "region_id", "number", "annotator_id", "leased_at", "leased_until", "vote_id")
_MEMBER = ("id", "role")
_RATER = ("id", "role", "paused", "votes_at_most", "votes_per_day")
_PROTOCOL = tuple(field.attname for field in Protocol._meta.concrete_fields)


def _columns(alias: str, names: tuple[str, ...]) -> str:
    return ", ".join(f"{alias}.{name}" for name in names)


_LOCK_MEMBER = Statement(f"""
SELECT {_columns("member", _MEMBER)} FROM annotation_membership member
WHERE member.study_id = %(study)s AND member.user_id = %(user)s AND member.active FOR UPDATE
""")
# A lease need not have reached the disk before it is answered: where a crash takes it back, the seat is free again, and a vote
# on it still finds a place. A protocol's counts and hidden checks are not forgotten like that.
# The search for a seat is planned once for a connection. PostgreSQL would plan it at each lease of a study three quarters
# full, because that looks a little cheaper, and planning takes longer than the search.
_LOCK_RATER = Statement(f"""
SELECT {_columns("member", _RATER)}, {_columns("study", _STUDY)}, {_columns("protocol", _PROTOCOL)},
    CASE WHEN protocol.study_id IS NULL THEN set_config('synchronous_commit', 'off', true) END,
    set_config('plan_cache_mode', 'force_generic_plan', true)
FROM annotation_membership member JOIN annotation_study study ON study.id = member.study_id
LEFT JOIN annotation_protocol protocol ON protocol.study_id = member.study_id
WHERE study.slug = %(slug)s AND member.user_id = %(user)s AND member.active FOR UPDATE OF member
""")
_COUNTED = f"{_columns('vote', SCALES)}, vote.prelabel_seen <> '{PrelabelSeen.NOTHING}'"
_STANDING_VOTES = Statement(f"""
SELECT vote.id, vote.annotator_id = %(annotator)s, vote.idempotency_key = %(key)s, {LIVE}, {_COUNTED}
FROM annotation_vote vote
WHERE vote.region_id = %(region)s
  AND (vote.retracted_at IS NULL AND vote.purpose = 'label' OR vote.idempotency_key = %(key)s)
""")
_COUNTED_VOTES = Statement(f"SELECT {_COUNTED} FROM annotation_vote vote WHERE vote.region_id = %(region)s AND {LIVE}")
_LOCK_REGION = Statement(f"""
SELECT {_columns("region", _REGION)}, {_columns("study", _STUDY)} FROM annotation_region region
JOIN annotation_study study ON study.id = region.study_id WHERE region.id = %(region)s FOR NO KEY UPDATE OF region
""")
# A foreign key takes the same share of the person's row, but only at the end: too late for an exclusion that waits for it.
_LOCK_REGION_AND_VOTER = Statement(f"""
SELECT {_columns("region", _REGION)}, {_columns("study", _STUDY)} FROM annotation_region region
JOIN annotation_study study ON study.id = region.study_id JOIN annotation_user voter ON voter.id = %(voter)s
WHERE region.id = %(region)s FOR NO KEY UPDATE OF region FOR KEY SHARE OF voter
""")
# The same for what somebody was once given: a seat that is gone was for the label.
_LOCK_LEASED = Statement(f"""
SELECT {_columns("region", _REGION)}, {_columns("study", _STUDY)}, member.role, coalesce(seat.purpose, '{Purpose.LABEL}')
FROM annotation_region region JOIN annotation_study study ON study.id = region.study_id
JOIN annotation_user voter ON voter.id = %(voter)s
JOIN annotation_membership member ON member.study_id = region.study_id AND member.user_id = voter.id AND member.active
LEFT JOIN annotation_assignment seat ON seat.id = %(seat)s AND seat.region_id = region.id
WHERE region.id = %(region)s FOR NO KEY UPDATE OF region FOR KEY SHARE OF voter
""")
SHOWN_SEAT = f"""
{_columns("seat", _SEAT)}, {_columns("region", _SHOWN_REGION)}, {_columns("image", _SHOWN_IMAGE)}
"""
"""The columns that `shown_seat` reads."""


def lock_member(study_id: int, user_id: int) -> Membership | None:
    """The active membership, locked to the end of the transaction."""
    row = _LOCK_MEMBER.row({"study": study_id, "user": user_id})
    return None if row is None else row_of(Membership, _MEMBER, row)


class Rater(NamedTuple):
    """Somebody who asks for work: what they may do, where, and how that study is run (None: without a protocol)."""

    member: Membership
    study: Study
    protocol: Protocol | None


def lock_rater(slug: str, user_id: int) -> Rater | None:
    """The active membership, locked to the end of the transaction, with its study and the study's protocol."""
    row = _LOCK_RATER.row({"slug": slug, "user": user_id})
    if row is None:
        return None
    after_member, after_study = len(_RATER), len(_RATER) + len(_STUDY)
    study, protocol = row_of(Study, _STUDY, row[after_member:after_study]), row[after_study:-2]
    return Rater(
        row_of(Membership, _RATER, row[:after_member]),
        study,
        None if protocol[0] is None else row_of(Protocol, _PROTOCOL, protocol),
    )


class CountedVote(NamedTuple):
    """What a label needs of a vote: the eight levels in the order of SCALES, and whether a prelabel was seen before it."""

    levels: tuple[int, ...]
    exposed: bool


class StandingVote(NamedTuple):
    vote: CountedVote
    pk: int
    own: bool
    same_key: bool
    counts: bool


def standing_votes(region_id: int, annotator_id: int, key: UUID) -> list[StandingVote]:
    """The region's votes that were not taken back, and the one with this idempotency key whatever became of it."""
    rows = _STANDING_VOTES.rows({"region": region_id, "annotator": annotator_id, "key": key})
    return [StandingVote(CountedVote(row[4:-1], row[-1]), *row[:4]) for row in rows]


def counted_votes(region_id: int) -> list[CountedVote]:
    """The region's live votes."""
    return [CountedVote(row[:-1], row[-1]) for row in _COUNTED_VOTES.rows({"region": region_id})]


def lock_region(region_id: int) -> Region:
    """The region with its study; its row lock orders everything that changes its votes, seats and label.

    Raises Region.DoesNotExist.
    """
    return _region(_LOCK_REGION.row({"region": region_id}))


def lock_region_for(region_id: int, voter_id: int) -> Region:
    """The same for a vote: whoever excludes the person can wait for it, and what is read next knows of an exclusion before it.

    Raises Region.DoesNotExist.
    """
    return _region(_LOCK_REGION_AND_VOTER.row({"region": region_id, "voter": voter_id}))


class Leased(NamedTuple):
    """The region of a lease, what its seat is for, and what the person is in its study."""

    region: Region
    purpose: Purpose
    role: str


def lock_leased(seat_id: int, region_id: int, voter_id: int) -> Leased | None:
    """As `lock_region_for`, for an active member of the study; None for anybody else."""
    row = _LOCK_LEASED.row({"seat": seat_id, "region": region_id, "voter": voter_id})
    return None if row is None else Leased(_region(row[:-2]), Purpose(str(row[-1])), str(row[-2]))


def _region(row: Row | None) -> Region:
    if row is None:
        raise Region.DoesNotExist
    region = row_of(Region, _REGION, row[: len(_REGION)])
    region.study = row_of(Study, _STUDY, row[len(_REGION) :])
    return region


def shown_seat(row: Row) -> Assignment:
    """The seat with what its screen needs of region and image, from the columns SHOWN_SEAT."""
    after_seat, after_region = len(_SEAT), len(_SEAT) + len(_SHOWN_REGION)
    seat = row_of(Assignment, _SEAT, row[:after_seat])
    seat.region = row_of(Region, _SHOWN_REGION, row[after_seat:after_region])
    seat.region.image = row_of(Image, _SHOWN_IMAGE, row[after_region:])
    return seat
