"""One decision about several people: each is a line of the journal, and what it cannot be is left alone."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from annotation.actions.exclusions import exclude
from annotation.actions.several_people import Tally, limit_several, pause_several, remove_several, tell_several
from annotation.enums import Role
from annotation.errors import InvalidInput
from annotation.models import Deed, Membership, Message, Study, User
from tests.annotation.actions.test_races import in_threads
from tests.factories import make_member, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_study()


@pytest.fixture
def ada(study: Study) -> User:
    return make_member(study, Role.MANAGER, "ada")


@pytest.fixture
def people(study: Study, ada: User) -> list[int]:
    """Ben and Bob rate, Dora reviews; then Ada herself."""
    make_member(study, name="ben"), make_member(study, name="bob"), make_member(study, Role.REVIEWER, "dora")
    first, *others = Membership.objects.order_by("user__username").values_list("pk", flat=True)
    return [*others, first]


def lines() -> list[tuple[str, str, str]]:
    return list(Deed.objects.order_by("pk").values_list("kind", "whom__username", "after"))


def test_those_who_are_not_paused_yet_are_paused(study: Study, ada: User, people: list[int]) -> None:
    Membership.objects.filter(user__username="bob").update(paused=True)

    assert pause_several(study=study, member_ids=people[:2], paused=True, by=ada) == Tally(1, 1)
    assert lines() == [("member_paused", "ben", "")]

    exclude(study=study, annotator=User.objects.get(username="bob"), by=ada, reason="Answers at random.")
    assert pause_several(study=study, member_ids=[*people[:2], people[0]], paused=False, by=ada) == Tally(1, 1)
    assert list(Membership.objects.filter(paused=True).values_list("user__username", flat=True)) == ["bob"]


def test_all_get_the_same_limits(study: Study, ada: User, people: list[int]) -> None:
    done = limit_several(study=study, member_ids=people[:2], votes_at_most=None, votes_per_day=40, by=ada)

    assert done == Tally(2, 0)
    assert lines() == [("limit_changed", "ben", "40"), ("limit_changed", "bob", "40")]
    with pytest.raises(InvalidInput):
        limit_several(study=study, member_ids=people, votes_at_most=0, votes_per_day=None, by=ada)
    assert Membership.objects.filter(votes_per_day=40, votes_at_most=None).count() == 2


def test_each_gets_the_message_but_whoever_sends_it(study: Study, ada: User, people: list[int]) -> None:
    assert tell_several(study=study, member_ids=people, text=" Look at the edges. ", by=ada) == Tally(3, 1)

    sent = Message.objects.order_by("recipient__username").values_list("recipient__username", "text")
    assert list(sent) == [(name, "Look at the edges.") for name in ("ben", "bob", "dora")]
    with pytest.raises(InvalidInput):
        tell_several(study=study, member_ids=people, text=" ", by=ada)


def test_all_but_the_asker_and_the_last_manager_are_taken_out(study: Study, ada: User, people: list[int]) -> None:
    assert remove_several(study=study, member_ids=people, by=ada) == Tally(3, 1)

    assert list(Membership.objects.filter(active=True).values_list("user__username", flat=True)) == ["ada"]
    assert [line[:2] for line in lines()] == [("member_removed", name) for name in ("ben", "bob", "dora")]


@pytest.mark.parametrize(
    "act",
    [
        lambda **who: pause_several(paused=True, **who),
        lambda **who: limit_several(votes_at_most=1, votes_per_day=1, **who),
        lambda **who: tell_several(text="Hello.", **who),
        remove_several,
    ],
)
def test_strangers_those_who_left_and_nobody_are_refused(
    study: Study, ada: User, people: list[int], act: Callable[..., Tally]
) -> None:
    make_member(make_study(), name="cleo")
    stranger = Membership.objects.get(user__username="cleo").pk
    Membership.objects.filter(pk=people[1]).update(active=False)

    for ids in ([], [people[0], stranger], [people[0], people[1]], [999_999], list(range(1, 502))):
        with pytest.raises(InvalidInput):
            act(study=study, member_ids=ids, by=ada)

    assert (Deed.objects.count(), Message.objects.count()) == (0, 0)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_managers_who_take_each_other_out_at_once_leave_one() -> None:
    study = make_study()
    managers = [make_member(study, Role.MANAGER, f"m{number}") for number in range(4)]
    ids = list(Membership.objects.values_list("pk", flat=True))

    def take_all_out(person: User) -> None:
        with suppress(InvalidInput):  # some were gone before it looked
            remove_several(study=study, member_ids=ids, by=person)

    in_threads(managers, take_all_out)

    assert Membership.objects.filter(active=True).count() == 1
