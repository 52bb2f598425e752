"""What a token is good for. Its person's roles bound it besides, as every row comes through `webapp.access`."""

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from annotation.enums import TokenScope
from annotation.models import AccessToken


class SignedInWithinScope(IsAuthenticated):
    """Reading needs `read`, rating routes `rate`, other writes `manage`; a session may do all its person may."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not super().has_permission(request, view):
            return False
        if isinstance(request.auth, AccessToken):
            needed = scopes_for(request.method or "", rating=getattr(view, "rating", False))
            if not needed & set(request.auth.scopes):
                wanted = " or ".join(sorted(needed))
                raise PermissionDenied(f"This token lacks the scope {wanted}.", code="scope_missing")
        return True


class SessionForWrites(SignedInWithinScope):
    """For what a leaked token must not do, such as making itself a successor."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not super().has_permission(request, view):
            return False
        if request.auth is not None and request.method not in SAFE_METHODS:
            raise PermissionDenied("A token cannot do this; sign in.", code="session_needed")
        return True


def scopes_for(method: str, *, rating: bool) -> set[str]:
    """Any one of these lets a token in."""
    if method in SAFE_METHODS:
        return {TokenScope.READ, TokenScope.RATE} if rating else {TokenScope.READ}
    return {TokenScope.RATE} if rating else {TokenScope.MANAGE}
