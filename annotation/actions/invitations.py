"""Links that let people into a study. There is no other way to an account but a manager's hand."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from annotation.actions.accounts import make_account
from annotation.actions.deeds import note
from annotation.actions.studies import add_member
from annotation.enums import DeedKind, Role
from annotation.errors import Conflict, InvalidInput
from annotation.models import Invitation, Membership, Study, User

MOST_USES, MOST_DAYS = 1000, 365
ROLES = (Role.ANNOTATOR, Role.REVIEWER)


def make_invitation(
    *, study: Study, by: User, role: str = Role.ANNOTATOR, uses_at_most: int = 1, days: int = 14, note: str = ""
) -> tuple[Invitation, str]:
    """The new row and the token of its link, which cannot be had again. Raises InvalidInput."""
    if role not in ROLES:
        raise InvalidInput(f"A link can make somebody {' or '.join(ROLES)}, not {role!r}.")
    if not 1 <= uses_at_most <= MOST_USES or not 1 <= days <= MOST_DAYS:
        raise InvalidInput(f"A link is for 1 to {MOST_USES} people and works for 1 to {MOST_DAYS} days.")
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        study=study,
        role=role,
        digest=Invitation.digest_of(token),
        note=note[:120],
        uses_at_most=uses_at_most,
        made_by=by,
        expires_at=timezone.now() + timedelta(days=days),
    )
    return invitation, token


def revoke_invitation(*, invitation: Invitation, by: User | None = None) -> None:
    """Nobody comes in by the link any more; who is in stays. Revoking twice changes nothing."""
    with transaction.atomic():
        if Invitation.objects.filter(pk=invitation.pk, revoked_at=None).update(revoked_at=timezone.now()):
            kind, study_id = DeedKind.INVITATION_REVOKED, invitation.study_id
            note(study_id=study_id, kind=kind, by=by, subject=invitation.note, target=invitation.pk)


def check_usable(invitation: Invitation) -> None:
    """Raises Conflict saying why the link no longer lets anybody in."""
    if invitation.revoked_at is not None:
        raise Conflict("This invitation was taken back. Ask the study’s manager for a new link.", code="revoked")
    if invitation.expires_at <= timezone.now():
        raise Conflict("This invitation has expired. Ask the study’s manager for a new link.", code="expired")
    if invitation.uses >= invitation.uses_at_most:
        raise Conflict("This invitation has been used up. Ask the study’s manager for a new link.", code="used_up")


def accept_invitation(*, token: str, user: User) -> Membership:
    """Lets a person in, once for each. Who is in the study already keeps their role, and the link keeps its use.

    Raises InvalidInput for a token that is none of ours, Conflict when it lets nobody in or a manager took the person out.
    """
    with transaction.atomic():
        invitation = (
            Invitation.objects.select_for_update(of=("self",))
            .select_related("study")
            .filter(digest=Invitation.digest_of(token))
            .first()
        )
        if invitation is None:
            raise InvalidInput("There is no such invitation; check that the link is whole.")
        member = Membership.objects.filter(study=invitation.study, user=user).first()
        if member is not None and member.active:
            return member
        if member is not None:
            raise Conflict("A manager has taken you out of this study; ask them to add you again.", code="was_removed")
        check_usable(invitation)
        Invitation.objects.filter(pk=invitation.pk).update(uses=F("uses") + 1)
        return add_member(study=invitation.study, user=user, role=invitation.role, by=user)


def join_as_new(*, token: str, username: str, password: str) -> User:
    """A new account and its place in the study, both or neither. The password must have been checked.

    Raises as `accept_invitation`, and Conflict for a name that is taken.
    """
    with transaction.atomic():
        user = make_account(username=username, password=password)
        accept_invitation(token=token, user=user)
        return user
