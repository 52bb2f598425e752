"""One decision about several people of a study."""

from typing import TypedDict

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.members import MOST_VOTES
from annotation.actions.messages import LONGEST
from annotation.actions.several_people import (
    MOST_PEOPLE,
    Tally,
    limit_several,
    pause_several,
    remove_several,
    tell_several,
)
from annotation.models import Membership
from webapp import access
from webapp.api.parsing import parse
from webapp.api.schema import describe
from webapp.api.views import Route

PAUSE, RESUME, REMOVE = "pause", "resume", "remove"


def ids(most: int) -> serializers.ListField:
    number = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    return serializers.ListField(child=number, min_length=1, max_length=most)


class PeopleDecided(serializers.Serializer[Membership]):
    """`members` are ids of memberships. Removed is who takes no part any more; what they said stays."""

    members = ids(MOST_PEOPLE)
    verb = serializers.ChoiceField([PAUSE, RESUME, REMOVE])


class PeopleLimited(serializers.Serializer[Membership]):
    """The same two limits for all of them; null is none."""

    members = ids(MOST_PEOPLE)
    votes_at_most = serializers.IntegerField(min_value=1, max_value=MOST_VOTES, allow_null=True)
    votes_per_day = serializers.IntegerField(min_value=1, max_value=MOST_VOTES, allow_null=True)


class PeopleTold(serializers.Serializer[Membership]):
    """To each but whoever sends it, with a receipt of its own."""

    members = ids(MOST_PEOPLE)
    text = serializers.CharField(max_length=LONGEST)


class TallyShape(TypedDict):
    """For how many it is so now, and how many were left as they are."""

    done: int
    left: int


class MemberDecisions(Route):
    @describe(
        "Pause several people, let them go on, or end their part; those where it cannot be are left",
        TallyShape,
        body=PeopleDecided,
        errors=(404,),
    )
    def put(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.MANAGERS)
        given = parse(PeopleDecided, request)
        chosen, verb = given["members"], given["verb"]
        if verb == REMOVE:
            return Response(tally_shape(remove_several(study=study, member_ids=chosen, by=self.person)))
        paused = verb == PAUSE
        return Response(tally_shape(pause_several(study=study, member_ids=chosen, paused=paused, by=self.person)))


class MemberLimits(Route):
    @describe("Limit the votes of several people", TallyShape, body=PeopleLimited, errors=(404,))
    def put(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.MANAGERS)
        given = parse(PeopleLimited, request)
        return Response(
            tally_shape(limit_several(study=study, member_ids=given.pop("members"), **given, by=self.person))
        )


class MemberMessages(Route):
    @describe("Send a message to several people", TallyShape, status=201, body=PeopleTold, errors=(404,))
    def post(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.MANAGERS)
        given = parse(PeopleTold, request)
        tally = tell_several(study=study, member_ids=given["members"], text=given["text"], by=self.person)
        return Response(tally_shape(tally), status=201)


def tally_shape(tally: Tally) -> TallyShape:
    return {"done": tally.done, "left": tally.left}
