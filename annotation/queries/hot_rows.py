"""Rows that every lease and every vote reads, by hand: building the same query through the ORM costs several times the query.

The instances are the ORM's own, with the columns that are not read deferred.
"""

from typing import TypeVar

from django.db import connection
from django.db.models import Model

from annotation.models import Assignment, Image, Membership, Region, Study

# In the order of the models' fields: from_db deals the values out in that order.
_STUDY = ("id", "status", "votes_wanted", "lease_minutes", "severity_votes", "severity_top", "seed")
_REGION = ("id", "study_id", "image_id", "status")
_SHOWN_REGION = ("id", "study_id", "image_id", "rle", "x", "y", "width", "height")
_SHOWN_IMAGE = ("id", "media_type", "width", "height", "orientation")
_SEAT = ("id", "study_id", "region_id", "number", "annotator_id", "leased_at", "leased_until", "vote_id")
_MEMBER = ("id", "role")

Row = TypeVar("Row", bound=Model)


def _columns(alias: str, names: tuple[str, ...]) -> str:
    return ", ".join(f"{alias}.{name}" for name in names)


def _row(model: type[Row], names: tuple[str, ...], values: tuple[object, ...]) -> Row:
    return model.from_db("default", names, values)


_LOCK_MEMBER = f"""
SELECT {_columns("member", _MEMBER)} FROM annotation_membership member
WHERE member.study_id = %s AND member.user_id = %s AND member.active FOR UPDATE
"""
_LOCK_REGION = f"""
SELECT {_columns("region", _REGION)}, {_columns("study", _STUDY)} FROM annotation_region region
JOIN annotation_study study ON study.id = region.study_id WHERE region.id = %s FOR NO KEY UPDATE OF region
"""
_SHOWN_SEAT = f"""
SELECT {_columns("seat", _SEAT)}, {_columns("region", _SHOWN_REGION)}, {_columns("image", _SHOWN_IMAGE)}
FROM annotation_assignment seat JOIN annotation_region region ON region.id = seat.region_id
JOIN annotation_image image ON image.id = region.image_id WHERE seat.id = %s
"""


def _one(statement: str, parameters: list[int]) -> tuple[object, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row: tuple[object, ...] | None = cursor.fetchone()
        return row


def lock_member(study_id: int, user_id: int) -> Membership | None:
    """The active membership, locked to the end of the transaction."""
    row = _one(_LOCK_MEMBER, [study_id, user_id])
    return None if row is None else _row(Membership, _MEMBER, row)


def lock_region(region_id: int) -> Region:
    """The region with its study; its row lock orders everything that changes its votes, seats and label.

    Raises Region.DoesNotExist.
    """
    row = _one(_LOCK_REGION, [region_id])
    if row is None:
        raise Region.DoesNotExist
    region = _row(Region, _REGION, row[: len(_REGION)])
    region.study = _row(Study, _STUDY, row[len(_REGION) :])
    return region


def shown_seat(seat_id: int) -> Assignment:
    """The seat with what its screen needs of region and image. Raises Assignment.DoesNotExist."""
    row = _one(_SHOWN_SEAT, [seat_id])
    if row is None:
        raise Assignment.DoesNotExist
    after_seat, after_region = len(_SEAT), len(_SEAT) + len(_SHOWN_REGION)
    seat = _row(Assignment, _SEAT, row[:after_seat])
    seat.region = _row(Region, _SHOWN_REGION, row[after_seat:after_region])
    seat.region.image = _row(Image, _SHOWN_IMAGE, row[after_region:])
    return seat
