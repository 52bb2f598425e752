"""Closing an account: whoever was in a study stays in its journal, so an account is closed and not deleted."""

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from annotation.actions.studies import remove_member
from annotation.errors import Conflict
from annotation.models import AccessToken, Membership, User


def close_account(*, user: User, by: User) -> None:
    """Out of every study, no token works, nobody signs in; what the person said stays. Closing twice changes nothing.

    The password is forgotten, which ends every session for good, should the account be opened again.
    Raises Conflict for one's own account, and for the last manager of a study.
    """
    if user.pk == by.pk:
        raise Conflict("You cannot close your own account; ask another administrator.", code="own_account")
    with transaction.atomic():
        for member in Membership.objects.filter(user=user, active=True).order_by("study"):
            remove_member(membership=member, by=by)
        AccessToken.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())
        User.objects.filter(pk=user.pk).update(is_active=False, password=make_password(None))
