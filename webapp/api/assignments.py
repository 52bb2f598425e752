"""The next region to rate: all an annotator learns is the picture and where to look."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import NotRequired, TypedDict, cast

from django.http import HttpResponse, HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.exposures import Hint, hint_before_vote
from annotation.actions.leases import Answer, Lease, lease_to, lease_token, release, renew
from annotation.actions.seat_numbers import number_of, pk_of
from annotation.errors import InvalidInput
from annotation.models import Assignment, User
from webapp import access
from webapp.api.even_route import EvenRoute, Told
from webapp.api.files import picture
from webapp.api.parsing import body_of, check_names
from webapp.api.schema import Bytes, describe
from webapp.api.views import FileRoute, Route

_HOLDING_AT_MOST = 100


class NextWish(TypedDict):
    holding: NotRequired[list[int]]


class WordsShape(TypedDict):
    exposure: str
    noise: str
    blur: str
    contrast: str
    colorfulness: str
    compression: str
    quality: str
    importance: str


class Picture(TypedDict):
    url: str
    width: int
    height: int
    orientation: int
    media_type: str


class Outline(TypedDict):
    rle: str
    box: list[int]


class HintShape(TypedDict):
    """What a model version guesses, in the words of the scales."""

    version: str
    words: WordsShape


class Seat(TypedDict):
    """`codebook` is the number of the guidelines to rate by; the vote says it, too.

    `hint` is what the study's policy shows of a model's guess before the vote; mostly null.
    """

    id: int
    lease: str
    leased_until: datetime | None
    codebook: int
    image: Picture
    region: Outline
    hint: HintShape | None


class SittingShape(TypedDict):
    """`seats` were handed out in this sitting, `position` is that of this one; no minutes where there is no limit."""

    number: int
    seats: int
    minutes_left: int | None
    position: int


class NextSeat(TypedDict):
    """`until` says when a rest, a day or a daily limit is over. `sitting` is null in a study without a protocol."""

    answer: Answer
    until: datetime | None
    assignment: Seat | None
    sitting: SittingShape | None


class Renewed(TypedDict):
    leased_until: datetime | None


def next_for(person: User, body: Mapping[str, object], slug: str) -> Told:
    holding = read_holding(body)
    with access.rater_in(person, slug) as rater:
        lease = lease_to(rater, annotator=person, holding=holding)
    return Told(next_shape(lease, person, rater.study.codebook), hides=lease.sitting is not None)


class Assignments(EvenRoute):
    rating = True
    short = staticmethod(next_for)

    @describe("Lease the next region to rate", NextSeat, body=NextWish, errors=(404,))
    def post(self, request: Request, slug: str) -> HttpResponse:
        return self.answer(next_for(self.person, body_of(request), slug))


class AssignmentOne(Route):
    rating = True

    @describe("A region I hold or have rated", Seat, errors=(404,))
    def get(self, request: Request, pk: int) -> Response:
        seat = access.assignment_for(self.person, pk)
        return Response(_shown(seat, self.person, seat.study.codebook))


class AssignmentLease(Route):
    rating = True

    @describe("Renew my lease; 409 lease_lost when somebody else has the region", Renewed, errors=(404, 409))
    def put(self, request: Request, pk: int) -> Response:
        seat = renew(assignment=access.seat_for(self.person, pk), annotator=self.person)
        return Response(Renewed(leased_until=seat.leased_until))

    @describe("Give the region back unrated", status=204, errors=(404,))
    def delete(self, request: Request, pk: int) -> Response:
        release(assignment=access.seat_for(self.person, pk), annotator=self.person)
        return Response(status=204)


class AssignmentImage(FileRoute):
    rating = True

    @describe("The photograph's original bytes", Bytes("image/*"), errors=(404,))
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        return picture(request, access.assignment_for(self.person, pk).region.image)


def read_holding(body: Mapping[str, object]) -> list[int]:
    check_names(body, {"holding": None})
    holding = body.get("holding", [])
    if not isinstance(holding, list) or len(holding) > _HOLDING_AT_MOST or any(type(one) is not int for one in holding):
        raise InvalidInput(f"holding must be a list of at most {_HOLDING_AT_MOST} assignment ids.")
    return [pk_of(number) for number in holding]


def next_shape(lease: Lease, person: User, codebook: int) -> NextSeat:
    seat, sitting = lease.assignment, lease.sitting
    return {
        "answer": lease.answer,
        "until": lease.until,
        "assignment": None if seat is None else _shown(seat, person, codebook),
        "sitting": None if sitting is None else cast(SittingShape, asdict(sitting)),
    }


def _shown(seat: Assignment, person: User, codebook: int) -> Seat:
    return seat_shape(seat, person, codebook, hint_before_vote(seat=seat, annotator=person))


def seat_shape(seat: Assignment, person: User, codebook: int, hint: Hint | None) -> Seat:
    region = seat.region
    image = region.image
    number = number_of(seat.pk)
    return {
        "id": number,
        "lease": lease_token(seat, person, codebook),
        "leased_until": seat.leased_until,
        "codebook": codebook,
        "image": {
            "url": f"/api/v1/assignments/{number}/image",
            "width": image.width,
            "height": image.height,
            "orientation": image.orientation,
            "media_type": image.media_type,
        },
        "region": {"rle": region.rle, "box": [region.x, region.y, region.width, region.height]},
        "hint": hint_shape(hint),
    }


def hint_shape(hint: Hint | None) -> HintShape | None:
    return None if hint is None else {"version": hint.version, "words": cast(WordsShape, hint.words)}
