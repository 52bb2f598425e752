"""Accounts that others made: nobody can sign in until the person has followed their link and chosen a password."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction

from annotation.actions.deeds import note
from annotation.enums import DeedKind, Role
from annotation.errors import Conflict, Forbidden, InvalidInput
from annotation.models import Membership, User

_STALE = "This link has been used or is too old. Ask the study’s manager for a new one."


class _FirstPasswords(PasswordResetTokenGenerator):
    """Good once, for PASSWORD_RESET_TIMEOUT: choosing a password changes what the token was made of."""

    key_salt = "gullery.first_password"


_tokens = _FirstPasswords()


def first_token(user: User) -> str:
    return f"{user.pk}-{_tokens.make_token(user)}"


def newcomer_of(token: str) -> User:
    """Whose token it is. Raises InvalidInput for one that is stale, used or none of ours."""
    number, _, rest = token.partition("-")
    user = User.objects.filter(pk=int(number), is_active=True).first() if _is_key(number) else None
    if user is None or user.has_usable_password() or not _tokens.check_token(user, rest):
        raise InvalidInput(_STALE, code="stale_link")
    return user


def choose_first_password(*, token: str, password: str) -> User:
    """The password must have been checked. Raises as `newcomer_of`."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=newcomer_of(token).pk)
        if user.has_usable_password():
            raise InvalidInput(_STALE, code="stale_link")
        user.set_password(password)
        user.save(update_fields=["password"])
        return user


def new_first_token(*, membership: Membership, by: User) -> str:
    """For a link that was lost. Raises Conflict for somebody who has a password, Forbidden when others know them too."""
    user = membership.user
    if user.has_usable_password() or user.last_login is not None:
        raise Conflict(f"{user} has chosen a password already.", code="has_password")
    managed = Membership.objects.filter(user=by, role=Role.MANAGER, active=True).values("study")
    if user.is_staff or Membership.objects.filter(user=user).exclude(study__in=managed).exists():
        raise Forbidden(f"{user} is in studies you do not manage; only an administrator can help.")
    note(study_id=membership.study_id, kind=DeedKind.FIRST_LINK_MADE, by=by, whom_id=user.pk)
    return first_token(user)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
