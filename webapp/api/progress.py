"""How far a study is. Annotators learn about their own work, overseers about everybody's."""

from datetime import datetime
from typing import TypedDict

from rest_framework.request import Request
from rest_framework.response import Response

from annotation.models import Membership, Study
from annotation.queries.progress import Pace, distributions_of, own_progress, paces_of, progress_of
from webapp import access
from webapp.api.schema import describe
from webapp.api.views import Route


class Own(TypedDict):
    votes: int
    votes_last_day: int
    median_ms: int | None
    open_seats: bool


class PaceShape(TypedDict):
    """`username` is null for reviewers, who see pseudonyms."""

    username: str | None
    pseudonym: str
    active: bool
    votes: int
    votes_last_day: int
    median_ms: int | None
    last_vote_at: datetime | None


class Whole(TypedDict):
    """`images_waiting` are those without proposals, `prelabels_waiting` those the model has yet to look at.

    `distributions`: settled labels per class of each scale, lowest first; a distortion's sixth is "without".
    """

    images: int
    images_waiting: int
    prelabels_waiting: int
    regions: int
    candidates: int
    seats: int
    votes: int
    surplus: int
    settled: int
    disputed: int
    votes_last_day: int
    percent: int
    paces: list[PaceShape]
    distributions: dict[str, list[int]]


class ProgressShape(TypedDict):
    """`study` is null for annotators."""

    own: Own
    study: Whole | None


class Progress(Route):
    @describe("How far the study is", ProgressShape, errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        member = access.membership_for(self.person, slug)
        whole = whole_shape(member) if member.role in access.OVERSEERS else None
        return Response(ProgressShape(own=own_shape(member.study, self.person.pk), study=whole))


def own_shape(study: Study, user_id: int) -> Own:
    own = own_progress(study, user_id)
    return {
        "votes": own.votes,
        "votes_last_day": own.votes_last_day,
        "median_ms": own.median_ms,
        "open_seats": own.open_seats,
    }


def whole_shape(member: Membership) -> Whole:
    study, named = member.study, member.role in access.MANAGERS
    progress = progress_of(study)
    return {
        "images": progress.images,
        "images_waiting": progress.images_waiting,
        "prelabels_waiting": progress.prelabels_waiting,
        "regions": progress.regions,
        "candidates": progress.candidates,
        "seats": progress.seats,
        "votes": progress.votes,
        "surplus": progress.surplus,
        "settled": progress.settled,
        "disputed": progress.disputed,
        "votes_last_day": progress.votes_last_day,
        "percent": progress.percent,
        "paces": [pace_shape(pace, named=named) for pace in paces_of(study)],
        "distributions": distributions_of(study),
    }


def pace_shape(pace: Pace, *, named: bool) -> PaceShape:
    return {
        "username": pace.membership.user.username if named else None,
        "pseudonym": pace.membership.pseudonym,
        "active": pace.membership.active,
        "votes": pace.votes,
        "votes_last_day": pace.votes_last_day,
        "median_ms": pace.median_ms,
        "last_vote_at": pace.last_vote_at,
    }
