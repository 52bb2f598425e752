"""The admin's accounts: what is kept is closed instead of deleted."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from annotation.actions.studies import add_member, remove_member
from annotation.enums import Role
from annotation.models import AccessToken, Deed, Membership, Study, User, Vote
from annotation.queries.accounts import is_kept
from tests.factories import PASSWORD, cast, make_member, make_region, make_study, make_user
from tests.webapp.pages.cast import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> User:
    return make_user("root", is_staff=True, is_superuser=True)


@pytest.fixture
def client(root: User) -> Client:
    return client_of(root)


@pytest.fixture
def study() -> Study:
    return make_study(name="Gulls")


def page_of(name: str, user: User) -> str:
    return reverse(f"admin:annotation_user_{name}", args=[user.pk])


def said(client: Client, path: str, body: dict[str, object] | None = None) -> list[str]:
    return [str(one) for one in client.post(path, body or {}, follow=True).context["messages"]]


def test_an_account_that_was_nowhere_is_deleted(client: Client) -> None:
    ben = make_user("ben")

    client.post(page_of("delete", ben), {"post": "yes"})

    assert not User.objects.filter(username="ben").exists()


def test_who_was_ever_in_a_study_is_kept_and_closing_is_offered(client: Client, root: User, study: Study) -> None:
    make_member(study, Role.MANAGER)
    ben = make_user("ben")
    remove_member(membership=add_member(study=study, user=ben, role=Role.ANNOTATOR, by=root), by=root)

    answers = [client.get(page_of("delete", ben)), client.post(page_of("delete", ben), {"post": "yes"})]

    assert [answer.status_code for answer in answers] == [200, 200]
    for answer in answers:
        assert "Cannot delete ben" in answer.content.decode()
        assert f'action="{page_of("close", ben)}"' in answer.content.decode()
    assert User.objects.filter(username="ben", is_active=True).exists()


def test_a_closed_account_has_nothing_left_but_what_it_said(client: Client, root: User, study: Study) -> None:
    make_member(study, Role.MANAGER)
    ben = make_member(study, name="ben")
    cast(make_region(study), ben)
    AccessToken.issue(user=ben, name="script", scopes=["read"], days=9)
    visitor = client_of(ben)

    assert said(client, page_of("close", ben)) == ["ben cannot sign in any more."]

    ben.refresh_from_db()
    assert (ben.is_active, ben.has_usable_password(), AccessToken.objects.get().revoked_at is None) == (False,) * 3
    assert list(Membership.objects.filter(user=ben).values_list("active", flat=True)) == [False]
    assert list(Deed.objects.values_list("kind", "by", "whom")) == [("member_removed", root.pk, ben.pk)]
    assert Vote.objects.live().filter(annotator=ben).count() == 1
    assert (visitor.get("/account").status_code, Client().login(username="ben", password=PASSWORD)) == (302, False)
    User.objects.filter(pk=ben.pk).update(is_active=True)
    assert visitor.get("/account").status_code == 302  # its session is over, too
    User.objects.filter(pk=ben.pk).update(is_active=False)
    page = client.get(page_of("delete", ben)).content.decode()
    assert ("It is closed already" in page, page_of("close", ben) in page) == (True, False)


def test_the_last_manager_and_one_s_own_account_stay_open(client: Client, root: User, study: Study) -> None:
    other = make_study()
    make_member(other, Role.MANAGER)
    ada = make_member(study, Role.MANAGER, "ada")
    Membership.objects.create(study=other, user=ada, role=Role.ANNOTATOR)

    alone = said(client, page_of("close", ada))
    own = said(client, page_of("close", root))

    assert alone == ["ada: A study needs a manager; make somebody else one first."]
    assert own == ["root: You cannot close your own account; ask another administrator."]
    assert Membership.objects.filter(user=ada, active=True).count() == 2
    assert User.objects.filter(is_active=False).count() == 0


def test_several_are_closed_together_and_none_is_deleted_from_the_list(client: Client, study: Study) -> None:
    make_member(study, Role.MANAGER, "ada")
    people = [make_member(study, name=name) for name in ("ben", "bob")]
    path = reverse("admin:annotation_user_changelist")
    chosen = {"_selected_action": [user.pk for user in people]}

    words = said(client, path, {"action": "close_accounts"} | chosen)
    client.post(path, {"action": "delete_selected", "post": "yes"} | chosen)

    assert words == ["ben cannot sign in any more.", "bob cannot sign in any more."]
    assert User.objects.filter(username__in=["ben", "bob"], is_active=False).count() == 2


def test_only_who_may_delete_may_close(study: Study) -> None:
    ben, eve = make_member(study, name="ben"), make_user("eve", is_staff=True)
    eve.user_permissions.add(Permission.objects.get(codename="change_user"))
    client = client_of(eve)

    statuses = [client.post(page_of("close", ben)).status_code, client.get(page_of("delete", ben)).status_code]
    client.post(reverse("admin:annotation_user_changelist"), {"action": "close_accounts", "_selected_action": [ben.pk]})

    assert statuses == [403, 403]
    assert User.objects.get(pk=ben.pk).is_active
    assert client_of(make_user("root", is_superuser=True, is_staff=True)).get(page_of("close", ben)).status_code == 403


def test_what_keeps_an_account() -> None:
    study, cleo = make_study(), make_user("cleo")
    ada = make_member(study, Role.MANAGER)

    assert [is_kept(cleo), is_kept(ada)] == [False, True]
    Deed.objects.create(study=study, kind="member_removed", by=ada, whom=cleo)
    assert is_kept(cleo)
