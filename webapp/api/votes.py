"""Casting a vote, one's own votes, and taking one back."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import TypedDict, cast

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.checks import check_into
from annotation.actions.exposures import hint_after_vote
from annotation.actions.leases import Proof, read_lease_token
from annotation.actions.own_votes import take_back
from annotation.actions.seat_numbers import number_of
from annotation.actions.votes import Cast, cast_into
from annotation.enums import Purpose
from annotation.models import Region, User, Vote
from annotation.opinion import SCALES
from annotation.queries.own_votes import last_votes
from webapp import access
from webapp.api.assignments import HintShape, hint_shape
from webapp.api.ballots import Ballot, BallotShape, OpinionShape, read_ballot
from webapp.api.even_route import EvenRoute, Told
from webapp.api.paging import paginate
from webapp.api.parsing import body_of
from webapp.api.schema import Page, describe
from webapp.api.views import Route


class CastVote(TypedDict):
    id: int
    created: bool
    late: bool
    surplus: bool
    created_at: datetime


class OwnVote(TypedDict):
    id: int
    assignment: int | None
    opinion: OpinionShape
    duration_ms: int
    late: bool
    surplus: bool
    created_at: datetime
    retracted_at: datetime | None


class RecentVotes(TypedDict):
    votes: list[OwnVote]


class VoteHint(TypedDict):
    """Null where the study's policy shows nothing, or there is nothing to show."""

    hint: HintShape | None


def vote_of(person: User, body: Mapping[str, object]) -> Told:
    said = cast_ballot(person, read_ballot(body))
    hides = said.vote.sitting_id is not None
    return Told(cast_shape(said.vote, said.created), hides, status=201 if said.created else 200)


class Votes(EvenRoute):
    rating = True
    short = staticmethod(vote_of)

    @describe(
        "Vote; the same idempotency key is the same vote (200)",
        CastVote,
        status=201,
        body=BallotShape,
        errors=(404, 409),
        more={200: CastVote},
    )
    def post(self, request: Request) -> HttpResponse:
        return self.answer(vote_of(self.person, body_of(request)))


class VotesMine(Route):
    rating = True
    paged = True

    @describe("My own votes in the study, newest first", Page(OwnVote), errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.RATERS)
        own = access.votes_of(self.person, study)
        return Response(paginate(request, own, vote_shape, newest_first=True))


class VotesRecent(Route):
    rating = True

    @describe("My own last votes that I may still take back, newest first", RecentVotes, errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.RATERS)
        return Response(RecentVotes(votes=[vote_shape(vote) for vote in last_votes(study, self.person)]))


class VoteRetraction(EvenRoute):
    rating = True

    @describe("Take a vote of mine back; its region is mine again for one lease", OwnVote, errors=(404, 409))
    def post(self, request: Request, pk: int) -> Response:
        vote = access.vote_for(self.person, pk)
        taken_back = take_back(vote=vote, annotator=self.person)
        self.hides = taken_back.sitting_id is not None
        return Response(vote_shape(taken_back))


class VoteHintOne(Route):
    rating = True

    @describe("What the model guesses, once I have voted and if the policy shows it", VoteHint, errors=(404, 409))
    def get(self, request: Request, pk: int) -> Response:
        vote = access.vote_for(self.person, pk)
        return Response(VoteHint(hint=hint_shape(hint_after_vote(vote=vote, annotator=self.person))))


def cast_ballot(person: User, ballot: Ballot) -> Cast:
    """Into the label, or into the record of a check: the seat knows, and the answer looks the same."""
    lease = read_lease_token(ballot.lease, person)
    with access.voter_in(person, lease) as (region, purpose, _):
        return _into_box(region, purpose, person, lease, ballot)


def _into_box(region: Region, purpose: Purpose, person: User, lease: Proof, ballot: Ballot) -> Cast:
    into = cast_into if purpose == Purpose.LABEL else partial(check_into, seat_id=lease.seat_id)
    return into(
        region,
        annotator=person,
        opinion=ballot.opinion,
        idempotency_key=ballot.idempotency_key,
        facts=ballot.facts,
        codebook=lease.codebook,
    )


def cast_shape(vote: Vote, created: bool) -> CastVote:
    return {
        "id": vote.pk,
        "created": created,
        "late": vote.late,
        "surplus": _seen_surplus(vote),
        "created_at": vote.created_at,
    }


def vote_shape(vote: Vote) -> OwnVote:
    seat = getattr(vote, "assignment", None)
    return {
        "id": vote.pk,
        "assignment": number_of(seat.pk) if seat else None,
        "opinion": cast(OpinionShape, {scale: getattr(vote, scale) for scale in SCALES}),
        "duration_ms": vote.duration_ms,
        "late": vote.late,
        "surplus": _seen_surplus(vote),
        "created_at": vote.created_at,
        "retracted_at": vote.retracted_at,
    }


def _seen_surplus(vote: Vote) -> bool:
    """Every check is surplus; to the person who rates it is a vote like any other."""
    return vote.surplus and vote.purpose == Purpose.LABEL
