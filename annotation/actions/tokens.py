"""Personal tokens for programs: made by their person, taken back by them."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from annotation.enums import TokenScope
from annotation.errors import Conflict
from annotation.models import AccessToken, User

MOST = 50
"""Of one person's that work."""


def make_token(*, user: User, name: str, scopes: Sequence[str], days: int) -> tuple[AccessToken, str]:
    """The new row and the token's text, which cannot be had again. Raises Conflict for somebody who has MOST of them."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two that are made at once count each other
        if AccessToken.objects.filter(user=user).usable(timezone.now()).count() >= MOST:
            raise Conflict(f"You have {MOST} tokens; revoke one first.", code="too_many_tokens")
        chosen = [scope.value for scope in TokenScope if scope in scopes]
        return AccessToken.issue(user=user, name=name, scopes=chosen, days=days)


def revoke_token(*, token: AccessToken) -> None:
    """It works no longer. Revoking twice changes nothing."""
    AccessToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
