"""Accounts: nobody is called like another with other capitals, or with signs that only look different."""

import secrets

from django.db import IntegrityError, transaction

from annotation.actions.studies import add_member
from annotation.errors import Conflict
from annotation.models import Study, User


def is_taken(username: str) -> bool:
    return User.objects.filter(username__iexact=User.normalize_username(username)).exists()


def make_account(*, username: str, password: str | None, email: str = "") -> User:
    """Without a password nobody can sign in yet; one that is given must have been checked.

    Raises Conflict for a name that is taken.
    """
    try:
        with transaction.atomic():
            if not is_taken(username):
                return User.objects.create_user(username=username, email=email, password=password)
    except IntegrityError:  # somebody was faster
        pass
    raise Conflict("Somebody has this user name already.", code="name_taken")


def add_new_member(*, study: Study, username: str, role: str, by: User | None = None) -> tuple[User, str]:
    """A new account with a place in the study, both or neither, and the first password, which cannot be had again.

    Raises Conflict for a name that is taken.
    """
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        user = make_account(username=username, password=password)
        add_member(study=study, user=user, role=role, by=by)
    return user, password
