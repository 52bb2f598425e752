"""Several people decided about at once by the API."""

import pytest

from annotation.models import Deed, Membership, Message, Study, User
from tests.factories import make_member, make_study
from tests.webapp.api.client import Api, error_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def chosen(study: Study, ben: User) -> list[int]:
    """Ben and Eve."""
    eve = make_member(study, name="eve")
    return list(Membership.objects.filter(study=study, user__in=[ben, eve]).order_by("pk").values_list("pk", flat=True))


def test_people_pause_go_on_and_leave(study: Study, ada: User, chosen: list[int]) -> None:
    Membership.objects.filter(pk=chosen[0]).update(paused=True)
    told, known = [], []
    for verb in ("pause", "resume", "remove"):
        body = {"members": chosen, "verb": verb}
        told.append(Api(ada).put("studies/birds/member-decisions", body).json())
        known.append(set(Membership.objects.filter(pk__in=chosen).values_list("paused", "active")))

    assert told == [{"done": 1, "left": 1}, {"done": 2, "left": 0}, {"done": 2, "left": 0}]
    assert known == [{(True, True)}, {(False, True)}, {(False, False)}]
    assert set(Deed.objects.filter(kind="member_removed").values_list("by", flat=True)) == {ada.pk}


def test_the_last_manager_stays(study: Study, ada: User) -> None:
    mine = Membership.objects.get(study=study, user=ada)

    answer = Api(ada).put("studies/birds/member-decisions", {"members": [mine.pk], "verb": "remove"})

    assert (answer.status_code, answer.json()) == (200, {"done": 0, "left": 1})


def test_limits_are_the_same_for_all_and_null_is_none(study: Study, ada: User, chosen: list[int]) -> None:
    Membership.objects.filter(pk__in=chosen).update(votes_per_day=9)
    body = {"members": chosen, "votes_at_most": 40, "votes_per_day": None}

    answer = Api(ada).put("studies/birds/member-limits", body)

    assert (answer.status_code, answer.json()) == (200, {"done": 2, "left": 0})
    assert set(Membership.objects.filter(pk__in=chosen).values_list("votes_at_most", "votes_per_day")) == {(40, None)}


def test_a_message_goes_to_each_but_its_sender(study: Study, ada: User, ben: User, chosen: list[int]) -> None:
    mine = Membership.objects.get(study=study, user=ada)

    answer = Api(ada).post("studies/birds/member-messages", {"members": [*chosen, mine.pk], "text": "Take a break."})

    assert (answer.status_code, answer.json()) == (201, {"done": 2, "left": 1})
    assert dict(Message.objects.values_list("recipient__username", "text")) == {
        ben.username: "Take a break.",
        "eve": "Take a break.",
    }


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("member-decisions", {"members": [1]}),
        ("member-decisions", {"members": [], "verb": "pause"}),
        ("member-decisions", {"members": [1], "verb": "exclude"}),
        ("member-limits", {"members": [1], "votes_at_most": 0, "votes_per_day": None}),
        ("member-limits", {"members": [1], "votes_at_most": 3}),
    ],
)
def test_what_makes_no_sense_is_refused(study: Study, ada: User, path: str, body: dict[str, object]) -> None:
    assert error_of(Api(ada).put(f"studies/birds/{path}", body))[0] == 400


def test_people_of_another_study_are_none_of_hers(study: Study, ada: User) -> None:
    stranger = Membership.objects.get(user=make_member(make_study()))

    answer = Api(ada).put("studies/birds/member-decisions", {"members": [stranger.pk], "verb": "pause"})

    assert error_of(answer)[0] == 400
    assert not Membership.objects.filter(paused=True).exists()
