"""One decision about several regions: each for itself, and what it cannot be is left alone."""

import pytest
from django.db import IntegrityError

from annotation.actions.several import ask_for_several, decide_several
from annotation.actions.studies import set_status
from annotation.enums import Role
from annotation.errors import Conflict, InvalidInput
from annotation.models import Assignment, Deed, Protocol, Region, SeatRequest, Study, User
from tests.annotation.actions.sitters import make_gold
from tests.annotation.actions.test_races import in_threads
from tests.factories import cast, make_member, make_region, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_study(votes_wanted=1)


@pytest.fixture
def ada(study: Study) -> User:
    return make_member(study, Role.MANAGER, "ada")


def full(study: Study) -> Region:
    """All wanted votes are in."""
    region = make_region(study)
    cast(region, make_member(study))
    return region


def test_votes_are_asked_for_where_all_wanted_ones_are_in(study: Study, ada: User) -> None:
    first, second, open_one, gold = full(study), full(study), make_region(study), make_gold(study)
    ids = [one.pk for one in (second, first, open_one)] + [gold.pk]

    done = ask_for_several(study=study, region_ids=[*ids, first.pk], seats=2, by=ada)

    assert (done.regions, done.left, done.seats) == (2, 2, 4)
    requests = SeatRequest.objects.order_by("region").values_list("region", "seats", "reasons")
    assert list(requests) == [(first.pk, 2, ["person"]), (second.pk, 2, ["person"])]
    assert Assignment.objects.open().filter(region=first).count() == 2
    assert list(Deed.objects.values_list("kind", "by__username", "after")) == [("votes_asked", "ada", "4")]


def test_nothing_that_was_asked_for_leaves_no_line(study: Study, ada: User) -> None:
    done = ask_for_several(study=study, region_ids=[make_region(study).pk], seats=2, by=ada)

    assert (done.regions, done.left, done.seats) == (0, 1, 0)
    assert not Deed.objects.exists()


def test_the_study_s_budget_and_most_hold_here_too(study: Study, ada: User) -> None:
    Protocol.objects.create(study=study, votes_budget=3, votes_cap=15)
    regions = [full(study) for _ in range(3)]

    done = ask_for_several(study=study, region_ids=[one.pk for one in regions], seats=2, by=ada)

    assert (done.regions, done.left, done.seats) == (2, 1, 3)
    Protocol.objects.update(votes_budget=None, votes_cap=1)
    last = full(study)
    assert ask_for_several(study=study, region_ids=[last.pk], seats=2, by=ada).seats == 0


def test_regions_are_discarded_where_nobody_has_voted(study: Study, ada: User) -> None:
    voted, gold, fresh, candidate = (
        full(study),
        make_gold(study),
        make_region(study),
        make_region(study, accepted=False),
    )
    ids = [one.pk for one in (voted, fresh, candidate)] + [gold.pk]

    done = decide_several(study=study, region_ids=ids, status="discarded", by=ada)

    assert (done.regions, done.left) == (2, 2)
    out = Region.objects.filter(status="discarded").order_by("pk").values_list("pk", "decided_by__username")
    assert list(out) == [(fresh.pk, "ada"), (candidate.pk, "ada")]

    back = decide_several(study=study, region_ids=[fresh.pk], status="accepted", by=ada)
    assert (back.regions, Assignment.objects.open().filter(region=fresh).count()) == (1, 1)


def test_what_makes_no_sense_changes_nothing(study: Study, ada: User) -> None:
    region, foreign = full(study), make_region(make_study())

    for seats in (0, 11):
        with pytest.raises(InvalidInput):
            ask_for_several(study=study, region_ids=[region.pk], seats=seats, by=ada)
    for ids in ([], [region.pk, foreign.pk], [region.pk, 999_999], list(range(1, 502))):
        with pytest.raises(InvalidInput):
            ask_for_several(study=study, region_ids=ids, seats=1, by=ada)
        with pytest.raises(InvalidInput):
            decide_several(study=study, region_ids=ids, status="discarded", by=ada)
    with pytest.raises(InvalidInput):
        decide_several(study=study, region_ids=[region.pk], status="candidate", by=ada)
    set_status(study=study, status="closed")
    study.refresh_from_db()
    with pytest.raises(Conflict):
        ask_for_several(study=study, region_ids=[region.pk], seats=1, by=ada)

    assert not SeatRequest.objects.exists()
    assert not Region.objects.filter(status="discarded").exists()


@pytest.mark.django_db(transaction=True)
def test_without_its_line_in_the_journal_no_seat_is_made() -> None:
    study = make_study(votes_wanted=1)
    region, nobody = full(study), User(pk=999_999)

    with pytest.raises(IntegrityError):
        ask_for_several(study=study, region_ids=[region.pk], seats=2, by=nobody)

    assert (SeatRequest.objects.count(), Assignment.objects.open().count()) == (0, 0)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_managers_who_ask_at_once_spend_the_budget_once() -> None:
    study = make_study(votes_wanted=1)
    Protocol.objects.create(study=study, votes_budget=3, votes_cap=15)
    regions = [full(study) for _ in range(6)]
    orders = iter([regions, regions[::-1], regions[3:], regions[:3]])

    def ask(person: User) -> None:
        ask_for_several(study=study, region_ids=[one.pk for one in next(orders)], seats=1, by=person)

    in_threads([make_member(study, Role.MANAGER) for _ in range(4)], ask)

    assert (SeatRequest.objects.count(), Assignment.objects.open().count()) == (3, 3)
    assert sum(int(deed.after) for deed in Deed.objects.all()) == 3
