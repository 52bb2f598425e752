"""Accounts: one for each name, in whatever capitals it is written."""

import threading
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from annotation.actions.accounts import make_account
from annotation.actions.invitations import join_as_new, make_invitation
from annotation.enums import Role
from annotation.errors import Conflict
from annotation.models import Invitation, Membership, User
from tests.factories import PASSWORD, make_member, make_study, make_user

pytestmark = pytest.mark.django_db


def test_the_database_refuses_a_name_in_other_capitals() -> None:
    make_user("ada")

    with pytest.raises(IntegrityError, match="user_name_whatever_case"), transaction.atomic():
        make_user("Ada")
    with pytest.raises(ValidationError, match="Somebody has this user name already"):
        User(username="ADA", password="x").full_clean()
    with pytest.raises(CommandError, match="already taken"):
        call_command("createsuperuser", interactive=False, username="aDa", email="ada@example.org")


def test_who_signs_in_may_write_the_name_in_any_capitals() -> None:
    ada = make_user("ada")

    assert [authenticate(username=name, password=PASSWORD) for name in ("ada", "Ada", "bea")] == [ada, ada, None]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(3))
def test_of_people_who_join_at_once_by_one_name_one_gets_it(round_: int) -> None:
    study = make_study()
    _, token = make_invitation(study=study, by=make_member(study, Role.MANAGER), uses_at_most=10)
    names = ["ada", "Ada", "ADA", "aDa", "\uff41da"]
    start, refused = threading.Barrier(len(names)), []

    def join(name: str) -> None:
        start.wait()
        try:
            join_as_new(token=token, username=name, password=PASSWORD)
        except Conflict as error:
            refused.append((error.code, error.message))
        finally:
            connection.close()

    threads = [threading.Thread(target=join, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert refused == [("name_taken", "Somebody has this user name already.")] * 4
    assert User.objects.filter(username__iexact="ada").count() == 1
    assert (Invitation.objects.get().uses, Membership.objects.filter(role=Role.ANNOTATOR).count()) == (1, 1)


def test_names_that_are_alike_already_stop_the_migration_by_name() -> None:
    migration = import_module("annotation.migrations.0013_names_whatever_case")
    migration.refuse_pairs(apps, None)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX user_name_whatever_case")  # as it was; the test's transaction brings it back
    ada, other, _ = make_user("ada"), make_user("Ada"), make_user("ben")

    with pytest.raises(RuntimeError, match="capitals alone") as refused:
        migration.refuse_pairs(apps, None)

    assert f": ada (id {ada.pk}) and Ada (id {other.pk}). Agree" in str(refused.value)


def test_a_taken_name_makes_no_account() -> None:
    make_user("ada")

    with pytest.raises(Conflict, match="user name already"):
        make_account(username="Ada", password=None)

    assert User.objects.count() == 1
