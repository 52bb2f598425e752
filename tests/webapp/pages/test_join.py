import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from annotation.actions.invitations import make_invitation
from annotation.actions.members_csv import invite_people
from annotation.enums import Role
from annotation.models import Invitation, Membership, User
from tests.factories import make_user
from tests.webapp.pages.cast import Cast, client_of

pytestmark = pytest.mark.django_db
NEW = {"username": "finn", "password": "a password nobody guesses", "again": "a password nobody guesses"}


@pytest.fixture
def token(scene: Cast) -> str:
    return make_invitation(study=scene.study, by=scene.people["manager"])[1]


def test_a_link_makes_an_account_and_leads_into_the_study(scene: Cast, token: str) -> None:
    client = Client()
    shown = client.get(f"/invitations/{token}").content.decode()

    answer = client.post(f"/invitations/{token}", NEW, follow=True)

    assert "ada invites you to say how regions of photographs look." in shown
    assert answer.redirect_chain == [("/studies/gulls/guidelines", 302)]
    assert Membership.objects.get(user__username="finn").role == Role.ANNOTATOR
    assert client.get("/studies/gulls/rate").status_code == 200


def test_who_has_an_account_joins_with_it(scene: Cast, token: str) -> None:
    cleo = scene.people["outsider"]
    client = client_of(cleo)
    shown = client.get(f"/invitations/{token}").content

    answer = client.post(f"/invitations/{token}")

    assert b"Join as cleo" in shown
    assert answer["Location"] == "/studies/gulls/guidelines"
    assert Membership.objects.get(user=cleo).active
    assert User.objects.count() == 4


def test_the_way_by_signing_in_comes_back_to_the_link(scene: Cast, token: str) -> None:
    client = Client()
    page = client.get(f"/invitations/{token}").content.decode()
    (door,) = re.findall(r'href="(/sign-in\?next=[^"]+)"', page)

    answer = client.post(
        door, {"username": "cleo", "password": "correct horse battery", "next": f"/invitations/{token}"}
    )

    assert answer["Location"] == f"/invitations/{token}"


def test_who_is_in_goes_straight_to_the_study_even_by_a_dead_link(scene: Cast, token: str) -> None:
    Invitation.objects.update(revoked_at=timezone.now())

    assert client_of(scene.people["annotator"]).get(f"/invitations/{token}")["Location"] == "/studies/gulls/guidelines"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"revoked_at": timezone.now()}, "was taken back"),
        ({"expires_at": timezone.now() - timedelta(1)}, "has expired"),
        ({"uses": 1}, "has been used up"),
    ],
)
def test_a_dead_link_says_why_and_opens_nothing(scene: Cast, token: str, change: dict[str, object], words: str) -> None:
    Invitation.objects.update(**change)
    looked, tried = Client().get(f"/invitations/{token}"), Client().post(f"/invitations/{token}", NEW)

    assert [(one.status_code, words in one.content.decode()) for one in (looked, tried)] == [(409, True), (409, True)]
    assert User.objects.filter(username="finn").count() == 0


def test_there_is_no_sign_up_without_a_link(scene: Cast) -> None:
    client = Client()

    assert [client.post(f"/invitations/{token}", NEW).status_code for token in ("x", "x" * 43)] == [404, 404]
    assert [client.post(path, NEW).status_code for path in ("/sign-up", "/register", "/invitations/")] == [404] * 3
    assert User.objects.count() == 4


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"username": "BEN"}, "Somebody has this user name already"),
        ({"username": "a b"}, "Enter a valid username"),
        ({"password": "short", "again": "short"}, "This password is too short"),
        ({"password": "1234567890", "again": "1234567890"}, "too common"),
        ({"again": "another password here"}, "The two entries differ"),
        ({"password": ""}, "This field is required"),
    ],
)
def test_an_account_that_makes_no_sense_uses_nothing_up(
    scene: Cast, token: str, wrong: dict[str, str], words: str
) -> None:
    answer = Client().post(f"/invitations/{token}", NEW | wrong)

    assert (answer.status_code, words in answer.content.decode()) == (400, True)
    assert (User.objects.count(), Invitation.objects.order_by("pk").last().uses) == (4, 0)


def test_many_attempts_from_one_address_have_to_wait(scene: Cast, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.pages.join.seconds_to_wait", lambda scope, who: 30.0)

    refused = [Client().get("/invitations/guess"), Client().post(f"/invitations/{token}", NEW)]

    assert [one.status_code for one in refused] == [429, 429]
    assert Client().get(f"/invitations/{token}").status_code == 200
    assert User.objects.count() == 4


def test_no_page_of_a_link_is_kept_by_a_cache(scene: Cast, token: str) -> None:
    assert "no-store" in Client().get(f"/invitations/{token}")["Cache-Control"]


def test_a_first_link_asks_for_a_password_and_signs_in(scene: Cast) -> None:
    (invited,) = invite_people(study=scene.study, text="username\nmaud\n")
    client = Client()
    shown = client.get(f"/welcome/{invited.token}").content.decode()

    weak = client.post(f"/welcome/{invited.token}", {"password": "maud", "again": "maud"})
    answer = client.post(f"/welcome/{invited.token}", NEW)

    assert "Welcome, maud" in shown
    assert weak.status_code == 400
    assert answer["Location"] == "/"
    assert client.get("/studies/gulls/rate").status_code == 200
    assert Client().get(f"/welcome/{invited.token}").status_code == 404


def test_a_first_link_for_somebody_with_a_password_is_dead(scene: Cast) -> None:
    user = make_user("olga")

    assert Client().get(f"/welcome/{user.pk}-abc-def").status_code == 404
