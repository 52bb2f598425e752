"""The list of people: found, chosen, and decided about together."""

import pytest

from annotation.models import Membership, Message, User
from tests.factories import make_member
from tests.webapp.pages.cast import Cast, client_of, make_cast

pytestmark = pytest.mark.django_db
PATH = "/studies/gulls/people"


@pytest.fixture
def scene() -> Cast:
    scene = make_cast()
    make_member(scene.study, name="bob")
    return scene


def key(name: str) -> int:
    return Membership.objects.get(user__username=name).pk


def told(scene: Cast, **body: object) -> tuple[str, str]:
    """Where it leads, and what is said there."""
    answer = client_of(scene.people["manager"]).post(f"{PATH}/decide", body, follow=True)
    return answer.redirect_chain[-1][0], " ".join(str(one) for one in answer.context["messages"])


def test_a_search_is_in_the_address_and_shown_as_chosen(scene: Cast) -> None:
    answer = client_of(scene.people["manager"]).get(f"{PATH}?role=annotator&name=b&order=name&extra=1")

    assert [member.user.username for member in answer.context["page"].object_list] == ["ben", "bob"]
    assert answer.context["query"] == "name=b&role=annotator&order=name"
    nobody = client_of(scene.people["manager"]).get(f"{PATH}?name=zz").content.decode()
    assert ("Nobody is like that." in nobody, "chosen-bar" in nobody) == (True, False)


def test_who_has_left_is_shown_and_cannot_be_chosen(scene: Cast) -> None:
    Membership.objects.filter(pk=key("bob")).update(active=False)

    answer = client_of(scene.people["manager"]).get(f"{PATH}?state=left")

    assert [member.user.username for member in answer.context["page"].object_list] == ["bob"]
    assert ("chosen-bar" in answer.content.decode(), "data-one" in answer.content.decode()) == (False, False)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"verb": "pause"}, "People who get no regions for now: 2."),
        ({"verb": "resume"}, "People who get regions again: 0. Left as they are: 2."),
        ({"verb": "limit", "votes_per_day": "40"}, "People whose limits are saved: 2."),
        ({"verb": "tell", "text": "Hello."}, "People who have the message on their screen: 2."),
        ({"verb": "remove"}, "People taken out of the study: 2. What they said stays."),
    ],
)
def test_the_chosen_ones_are_decided_about(scene: Cast, body: dict[str, str], words: str) -> None:
    then = f"{PATH}?role=annotator"

    assert told(scene, person=[key("ben"), key("bob")], next=then, **body) == (then, words)

    rows = Membership.objects.filter(user__username__in=["ben", "bob"])
    seen = {(row.active, row.paused, row.votes_per_day, row.votes_at_most) for row in rows}
    expected = {
        "pause": (True, True, None, None),
        "limit": (True, False, 40, None),
        "remove": (False, False, None, None),
    }
    assert seen == {expected.get(body["verb"], (True, False, None, None))}
    assert Message.objects.filter(recipient__in=User.objects.filter(username__in=["ben", "bob"])).count() == (
        2 if body["verb"] == "tell" else 0
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "Choose what is to be done with the people."),
        ({"verb": "pause"}, "Choose 1 to 500 people, not 0."),
        ({"verb": "pause", "person": ["x", "999999"]}, "Some of these people are not in this study."),
        (
            {"verb": "limit", "votes_at_most": "many"},
            "A limit must be at least 1; leave it empty for none, or pause the person.",
        ),
        ({"verb": "tell", "person": "own", "text": " "}, "A message has 1 to 2000 characters."),
    ],
)
def test_what_makes_no_sense_is_said(scene: Cast, body: dict[str, object], words: str) -> None:
    if body.get("person") == "own":
        body = body | {"person": [key("ben")]}
    assert told(scene, **body) == (PATH, words)
    assert not Membership.objects.filter(paused=True).exists()
