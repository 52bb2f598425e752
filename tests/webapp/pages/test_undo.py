"""The button that takes back an act on many."""

import re

import pytest
from django.test import Client

from annotation.actions.members import pause_member
from annotation.actions.studies import add_member
from annotation.enums import Role
from annotation.models import Exclusion, Membership, Region
from tests.factories import make_member, make_region
from tests.webapp.pages.cast import Cast, client_of
from webapp.pages.runs import packed, unpacked

pytestmark = pytest.mark.django_db
GONE = "This can no longer be taken back: something else was done since."
WHY = {"reason": "The phone rang."}


@pytest.fixture
def ada(scene: Cast) -> Client:
    return client_of(scene.people["manager"])


def key_of(client: Client, path: str, **body: object) -> str:
    """What the button sends, after the act; empty where there is no button."""
    page = client.post(f"/studies/gulls/{path}", body, follow=True).content.decode()
    found = re.search(r'name="key" value="([^"]+)"', page)
    return found[1] if found else ""


def undo(client: Client, key: str, then: str = "/studies/gulls/people") -> tuple[str, str]:
    answer = client.post("/undo", {"key": key, "next": then}, follow=True)
    return answer.redirect_chain[-1][0], " ".join(str(one) for one in answer.context["messages"])


def membership(name: str) -> Membership:
    return Membership.objects.get(user__username=name)


def test_people_taken_out_are_in_again(scene: Cast, ada: Client) -> None:
    make_member(scene.study, name="bob")
    people = [membership("ben").pk, membership("bob").pk]
    key = key_of(ada, "people/decide", verb="remove", person=people)

    assert undo(ada, key) == ("/studies/gulls/people", "2 people are in the study again.")
    assert Membership.objects.filter(pk__in=people, active=True).count() == 2
    assert undo(ada, key)[1] == GONE


def test_one_person_taken_out_is_in_again(scene: Cast, ada: Client) -> None:
    key = key_of(ada, f"people/{membership('ben').pk}/remove")

    assert undo(ada, key)[1] == "1 person is in the study again."


def test_what_was_done_since_is_said_and_left(scene: Cast, ada: Client) -> None:
    make_member(scene.study, name="bob")
    key = key_of(ada, "people/decide", verb="remove", person=[membership("ben").pk, membership("bob").pk])
    add_member(
        study=scene.study, user=membership("bob").user, role="reviewer", by=make_member(scene.study, Role.MANAGER)
    )

    assert undo(ada, key)[1] == "1 person is in the study again. Changed since and left as they are: 1."
    assert membership("bob").role == "reviewer"


def test_regions_are_as_they_were(scene: Cast, ada: Client) -> None:
    rated, waiting = make_region(scene.study), make_region(scene.study, accepted=False)
    gone = make_region(scene.study, rated.image, accepted=False, status="discarded")
    key = key_of(ada, "images/decide", verb="discard", image=[rated.image_id, waiting.image_id])
    assert set(Region.objects.filter(pk__in=[rated.pk, waiting.pk]).values_list("status", flat=True)) == {"discarded"}

    assert undo(ada, key)[1] == "2 regions are as they were before."
    assert [Region.objects.get(pk=one.pk).status for one in (rated, waiting, gone)] == [
        "accepted",
        "candidate",
        "discarded",
    ]

    key = key_of(ada, "labels/regions/decide", verb="discard", region=[rated.pk])
    assert undo(ada, key)[1] == "1 region is as it was before."
    assert Region.objects.get(pk=rated.pk).status == "accepted"


def test_a_pause_and_limits_of_many_are_taken_back(scene: Cast, ada: Client) -> None:
    make_member(scene.study, name="bob")
    people = [membership("ben").pk, membership("bob").pk]
    limits = {"votes_at_most": 40, "votes_per_day": 10}

    paused = key_of(ada, "people/decide", verb="pause", person=people)
    assert undo(ada, paused)[1] == "2 people are as they were before."
    limited = key_of(ada, "people/decide", verb="limit", person=people, **limits)
    assert undo(ada, limited)[1] == "2 people are as they were before."
    assert set(Membership.objects.values_list("paused", "votes_at_most", "votes_per_day")) == {(False, None, None)}


def test_a_ticket_for_five_hundred_images_is_small_and_one_that_is_not_is_refused(
    scene: Cast, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty regions to an image, five of them in the study: 500 images have 10,000."""
    accepted = [pk for pk in range(1_000_000, 1_010_000) if pk % 20 < 5]
    waiting = [pk for pk in range(1_000_000, 1_010_000) if pk % 20 >= 5]
    assert len(packed(accepted)) + len(packed(waiting)) < 6_000
    assert (list(unpacked(packed(accepted))), list(unpacked(packed([])))) == (accepted, [])

    monkeypatch.setattr("webapp.pages.undo.MOST_CHARACTERS", 10)
    rated = make_region(scene.study)
    answer = ada.post("/studies/gulls/images/decide", {"verb": "discard", "image": [rated.image_id]}, follow=True)
    assert "This was too much at once to be taken back with one button." in answer.content.decode()
    assert b'name="key"' not in answer.content
    assert "undo" not in ada.session


@pytest.mark.parametrize("paused", [True, False])
def test_an_exclusion_is_lifted_and_a_pause_before_it_stays(scene: Cast, ada: Client, *, paused: bool) -> None:
    ben = membership("ben")
    pause_member(membership=ben, paused=paused)
    key = key_of(ada, f"labels/annotators/{ben.pk}/exclude", **WHY)

    assert undo(ada, key)[1] == "The votes of ben count again."
    assert (membership("ben").paused, Exclusion.objects.get().lifted_reason) == (paused, "Taken back at once.")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("people/decide", {"verb": "pause"}),
        ("people/decide", {"verb": "remove"}),
        ("images/decide", {"verb": "accept"}),
        ("labels/regions/decide", {"verb": "discard"}),
        ("labels/annotators/{member}/exclude", {}),
    ],
)
def test_where_nothing_went_there_is_no_button(scene: Cast, ada: Client, path: str, body: dict[str, object]) -> None:
    assert key_of(ada, path.format(member=membership("ben").pk), **body) == ""


def test_only_the_last_act_only_its_own_person_and_only_a_manager(scene: Cast, ada: Client) -> None:
    for name in ("bob", "eve"):
        make_member(scene.study, name=name)
    zoe = client_of(make_member(scene.study, Role.MANAGER, "zoe"))
    first = key_of(ada, "people/decide", verb="remove", person=[membership("bob").pk])
    second = key_of(ada, "people/decide", verb="remove", person=[membership("eve").pk])

    assert [undo(ada, first)[1], undo(ada, "")[1], undo(ada, "é")[1], undo(zoe, second, "/")[1]] == [GONE] * 4
    add_member(study=scene.study, user=scene.people["manager"], role="reviewer", by=membership("zoe").user)
    assert ada.post("/undo", {"key": second}).status_code == 404
    assert not membership("eve").active
    assert client_of(None).post("/undo", {"key": second})["Location"] == "/sign-in?next=/undo"
    assert zoe.get("/undo").status_code == 405
