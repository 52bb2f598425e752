"""Who is in a study, and as what."""

from datetime import datetime
from typing import TypedDict

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.members import MOST_VOTES, limit_member, pause_member
from annotation.actions.studies import add_member, remove_member
from annotation.enums import Role
from annotation.errors import InvalidInput
from annotation.models import Membership, User
from webapp import access
from webapp.api.filters import one_of
from webapp.api.paging import paginate
from webapp.api.parsing import parse
from webapp.api.schema import Page, describe
from webapp.api.views import Route


class NewMember(serializers.Serializer[Membership]):
    username = serializers.CharField(max_length=150)
    role = serializers.ChoiceField(Role.choices)


class MemberChanges(serializers.Serializer[Membership]):
    """A limit that is null is none."""

    paused = serializers.BooleanField(required=False)
    votes_at_most = serializers.IntegerField(min_value=1, max_value=MOST_VOTES, required=False, allow_null=True)
    votes_per_day = serializers.IntegerField(min_value=1, max_value=MOST_VOTES, required=False, allow_null=True)


class Member(TypedDict):
    id: int
    username: str
    pseudonym: str
    role: Role
    active: bool
    paused: bool
    votes_at_most: int | None
    votes_per_day: int | None
    created_at: datetime


class Members(Route):
    paged = True
    filters = {"role": one_of("role", Role)}

    @describe("Everybody who is or was in the study", Page(Member), errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.MANAGERS)
        members = Membership.objects.filter(study=study, **self.chosen).select_related("user")
        return Response(paginate(request, members, member_shape))

    @describe("Put a person into the study, or give them another role", Member, body=NewMember, errors=(404, 409))
    def post(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.MANAGERS)
        given = parse(NewMember, request)
        user = User.objects.filter(username__iexact=given["username"], is_active=True).first()
        if user is None:
            raise InvalidInput("Nobody has this user name; an administrator makes accounts.", code="unknown_person")
        return Response(member_shape(add_member(study=study, user=user, role=given["role"], by=self.person)))


class MemberOne(Route):
    @describe("Pause a person, or limit their votes: what is named changes", Member, body=MemberChanges, errors=(404,))
    def patch(self, request: Request, slug: str, pk: int) -> Response:
        member = access.member_of(access.study_for(self.person, slug, access.MANAGERS), pk)
        given = parse(MemberChanges, request, partial=True)
        if "paused" in given:
            pause_member(membership=member, paused=given.pop("paused"), by=self.person)
        if given:
            limits = {name: given.get(name, getattr(member, name)) for name in ("votes_at_most", "votes_per_day")}
            limit_member(membership=member, **limits, by=self.person)
        return Response(member_shape(member))

    @describe("End a person's part; their votes stay", status=204, errors=(404, 409))
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        study = access.study_for(self.person, slug, access.MANAGERS)
        remove_member(membership=access.member_of(study, pk), by=self.person)
        return Response(status=204)


def member_shape(member: Membership) -> Member:
    return {
        "id": member.pk,
        "username": member.user.username,
        "pseudonym": member.pseudonym,
        "role": Role(member.role),
        "active": member.active,
        "paused": member.paused,
        "votes_at_most": member.votes_at_most,
        "votes_per_day": member.votes_per_day,
        "created_at": member.created_at,
    }
