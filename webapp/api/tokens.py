"""A person's own tokens for programs. The text is shown once; only its hash is kept."""

from datetime import datetime
from typing import TypedDict

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.actions.tokens import make_token, revoke_token
from annotation.enums import TokenScope
from annotation.models import AccessToken
from webapp import access
from webapp.api.paging import paginate
from webapp.api.parsing import parse
from webapp.api.permissions import SessionForWrites
from webapp.api.schema import Page, describe
from webapp.api.views import Route


class NewToken(serializers.Serializer[AccessToken]):
    name = serializers.CharField(max_length=80)
    scopes = serializers.ListField(child=serializers.ChoiceField(TokenScope.choices), allow_empty=False, max_length=3)
    days = serializers.IntegerField(min_value=1, max_value=365)


class Token(TypedDict):
    id: int
    name: str
    scopes: list[TokenScope]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class FreshToken(Token):
    token: str


class Tokens(Route):
    permission_classes = [SessionForWrites]
    paged = True

    @describe("My tokens, newest first", Page(Token))
    def get(self, request: Request) -> Response:
        return Response(paginate(request, access.tokens_of(self.person), token_shape, newest_first=True))

    @describe("Make a token; its text is shown only here", FreshToken, status=201, body=NewToken, errors=(409,))
    def post(self, request: Request) -> Response:
        token, text = make_token(user=self.person, **parse(NewToken, request))
        fresh: FreshToken = {**token_shape(token), "token": text}
        return Response(fresh, status=201)


class TokenOne(Route):
    permission_classes = [SessionForWrites]

    @describe("Revoke a token of mine", status=204, errors=(404,))
    def delete(self, request: Request, pk: int) -> Response:
        revoke_token(token=access.token_for(self.person, pk))
        return Response(status=204)


def token_shape(token: AccessToken) -> Token:
    return {
        "id": token.pk,
        "name": token.name,
        "scopes": [TokenScope(scope) for scope in token.scopes],
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "last_used_at": token.last_used_at,
        "revoked_at": token.revoked_at,
    }
