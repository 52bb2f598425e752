import csv
import io
import re

import pytest
from django.test import Client

from annotation.actions.exclusions import exclude
from annotation.enums import Role
from annotation.models import Membership, User
from tests.factories import make_member
from tests.webapp.pages.cast import Cast, client_of
from tests.webapp.pages.test_studies import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(scene: Cast) -> Client:
    return client_of(scene.people["manager"])


def test_somebody_with_an_account_is_added(client: Client, scene: Cast) -> None:
    client.post("/studies/gulls/people/add", {"username": "cleo", "role": "reviewer"})

    assert Membership.objects.get(user=scene.people["outsider"]).role == Role.REVIEWER
    unknown = client.post("/studies/gulls/people/add", {"username": "nobody", "role": "reviewer"})
    assert b"Nobody with this user name has an account here." in unknown.content


def test_a_new_account_gets_a_password_that_is_shown_once(client: Client) -> None:
    answer = client.post("/studies/gulls/people/new", {"new-username": "finn", "new-role": "annotator"})
    password = re.findall(r'id="password-text">([^<]+)<', answer.content.decode())

    assert [len(one) >= 16 for one in password] == [True]
    assert Client().login(username="finn", password=password[0])
    assert Membership.objects.get(user__username="finn").role == Role.ANNOTATOR
    assert password[0] not in client.get("/studies/gulls/people").content.decode()
    assert answer["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


@pytest.mark.parametrize("name", ["ben", "BEN", "\uff42\uff45\uff4e", "\ufb03" * 60])
def test_a_name_that_is_taken_or_too_long_makes_no_account(client: Client, name: str) -> None:
    """In wide letters; and of ligatures that are three letters each."""
    answer = client.post("/studies/gulls/people/new", {"new-username": name, "new-role": "annotator"})

    assert (answer.status_code, User.objects.count()) == (400, 4)


def test_roles_change_but_the_last_manager_stays(client: Client, scene: Cast) -> None:
    ben, ada = (Membership.objects.get(user=scene.people[kind]) for kind in ("annotator", "manager"))

    client.post(f"/studies/gulls/people/{ben.pk}/role", {"role": "reviewer"})
    refused = client.post(f"/studies/gulls/people/{ada.pk}/role", {"role": "annotator"}, follow=True)

    ben.refresh_from_db()
    ada.refresh_from_db()
    assert (ben.role, ada.role) == (Role.REVIEWER, Role.MANAGER)
    assert b"A study needs a manager; make somebody else one first." in refused.content


def test_who_is_removed_is_out_but_what_they_said_stays(client: Client, scene: Cast) -> None:
    ben, ada = (Membership.objects.get(user=scene.people[kind]) for kind in ("annotator", "manager"))

    client.post(f"/studies/gulls/people/{ben.pk}/remove")
    client.post(f"/studies/gulls/people/{ada.pk}/remove")

    assert list(Membership.objects.filter(active=False)) == [ben]
    assert scene.region.votes.count() == 1
    assert client_of(scene.people["annotator"]).get("/studies/gulls/rate").status_code == 404


def test_the_file_has_those_whom_the_filters_leave_and_is_harmless_in_a_spreadsheet(
    client: Client, scene: Cast
) -> None:
    make_member(scene.study, name="+1+1")
    Membership.objects.filter(user__username="+1+1").update(votes_at_most=5, paused=True)
    ben = Membership.objects.get(user=scene.people["annotator"])
    exclude(study=scene.study, annotator=ben.user, reason="He pressed one key.", by=scene.people["manager"])

    answer = client.get("/studies/gulls/people/list?role=annotator&order=name")
    rows = {row["username"]: row for row in csv.DictReader(io.StringIO(answer.content.decode()))}

    assert answer["Content-Disposition"] == 'attachment; filename="gulls-people.csv"'
    assert [*rows] == ["'+1+1", "ben"]
    assert rows["ben"] == {
        "username": "ben",
        "pseudonym": ben.pseudonym,
        "role": "annotator",
        "active": "true",
        "paused": "true",
        "excluded": "true",
        "votes": "1",
        "votes_at_most": "",
        "votes_per_day": "",
        "created_at": ben.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "last_sign_in_at": ben.user.last_login.strftime("%Y-%m-%dT%H:%M:%SZ") if ben.user.last_login else "",
    }
    assert [rows["'+1+1"][name] for name in ("paused", "excluded", "votes", "votes_at_most")] == [
        *("true", "false", "0", "5")
    ]


def test_the_list_costs_the_same_with_more_people(client: Client, scene: Cast) -> None:
    before = queries_of(client, "/studies/gulls/people")
    for name in ("x1", "x2"):
        client.post("/studies/gulls/people/new", {"new-username": name, "new-role": "annotator"})

    assert queries_of(client, "/studies/gulls/people") == before
