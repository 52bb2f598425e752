"""Links that let people into a study. The token is shown once; only its hash is kept."""

from datetime import datetime
from typing import TypedDict

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.invitations import MOST_DAYS, MOST_USES, ROLES, make_invitation, revoke_invitation
from annotation.enums import Role
from annotation.models import Invitation
from webapp import access
from webapp.api.paging import paginate
from webapp.api.parsing import parse
from webapp.api.schema import Page, describe
from webapp.api.views import Route


class NewInvitation(serializers.Serializer[Invitation]):
    role = serializers.ChoiceField([role.value for role in ROLES], required=False)
    uses_at_most = serializers.IntegerField(min_value=1, max_value=MOST_USES, required=False)
    days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS, required=False)
    note = serializers.CharField(max_length=120, allow_blank=True, required=False)


class InvitationFacts(TypedDict):
    id: int
    role: Role
    note: str
    uses: int
    uses_at_most: int
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class FreshInvitation(InvitationFacts):
    link: str


class Invitations(Route):
    paged = True

    @describe("The study's invitations, newest first", Page(InvitationFacts), errors=(404,))
    def get(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.MANAGERS)
        return Response(paginate(request, Invitation.objects.filter(study=study), invitation_shape, newest_first=True))

    @describe("Make a link; it is shown only here", FreshInvitation, status=201, body=NewInvitation, errors=(404,))
    def post(self, request: Request, slug: str) -> Response:
        study = access.study_for(self.person, slug, access.MANAGERS)
        invitation, token = make_invitation(study=study, by=self.person, **parse(NewInvitation, request))
        invitation.refresh_from_db()
        link = request.build_absolute_uri(reverse("join", args=[token]))
        fresh: FreshInvitation = {**invitation_shape(invitation), "link": link}
        return Response(fresh, status=201)


class InvitationRevocation(Route):
    @describe("Take a link back; who came in by it stays", InvitationFacts, errors=(404,))
    def post(self, request: Request, pk: int) -> Response:
        invitation = access.invitation_for(self.person, pk)
        revoke_invitation(invitation=invitation, by=self.person)
        invitation.refresh_from_db()
        return Response(invitation_shape(invitation))


def invitation_shape(row: Invitation) -> InvitationFacts:
    return {
        "id": row.pk,
        "role": Role(row.role),
        "note": row.note,
        "uses": row.uses,
        "uses_at_most": row.uses_at_most,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "revoked_at": row.revoked_at,
    }
