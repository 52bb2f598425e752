"""Taking back one act on many: what it did, and nothing that was done since."""

from datetime import datetime

import pytest
from django.utils import timezone

from annotation.actions.exclusions import exclude
from annotation.actions.members import limit_member, pause_member
from annotation.actions.regions import accept, discard, draw
from annotation.actions.several_people import Tally, limit_several, pause_several
from annotation.actions.studies import add_member, remove_member
from annotation.actions.undoing import undo_discards, undo_for_people
from annotation.enums import DeedKind, RegionStatus, Role
from annotation.masks import Mask
from annotation.models import Assignment, Deed, Membership, Region, Study, User
from tests.factories import make_image, make_member, make_region, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_study(votes_wanted=2)


@pytest.fixture
def ada(study: Study) -> User:
    return make_member(study, Role.MANAGER, "ada")


def take_out(study: Study, by: User, *people: User) -> list[int]:
    for person in people:
        remove_member(membership=Membership.objects.get(study=study, user=person), by=by)
    rows = Deed.objects.filter(study=study, by=by, kind=DeedKind.MEMBER_REMOVED, whom__in=people)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def throw_out(by: User, *regions: Region) -> tuple[datetime, datetime]:
    first = timezone.now()
    for region in regions:
        discard(region=region, by=by)
    return first, timezone.now()


def test_people_come_back_with_the_role_they_had(study: Study, ada: User) -> None:
    ben, eve = make_member(study), make_member(study, Role.REVIEWER)
    deeds = take_out(study, ada, ben, eve)

    assert undo_for_people(study=study, deed_ids=deeds, by=ada) == Tally(2, 0)

    roles = dict(Membership.objects.filter(study=study, active=True).values_list("user", "role"))
    assert roles == {ada.pk: "manager", ben.pk: "annotator", eve.pk: "reviewer"}
    assert undo_for_people(study=study, deed_ids=deeds, by=ada) == Tally(0, 2)


def test_who_was_decided_about_since_is_left(study: Study, ada: User) -> None:
    """Ben was taken in again and out again by another manager; eve is in again with another role."""
    zoe, ben, eve = make_member(study, Role.MANAGER), make_member(study), make_member(study)
    deeds = take_out(study, ada, ben, eve)
    add_member(study=study, user=ben, role="annotator", by=zoe)
    take_out(study, zoe, ben)
    add_member(study=study, user=eve, role="reviewer", by=zoe)

    assert undo_for_people(study=study, deed_ids=deeds, by=ada) == Tally(0, 2)

    rows = Membership.objects.filter(study=study, user__in=[ben, eve]).order_by("user")
    assert [(row.active, row.role) for row in rows] == [(False, "annotator"), (True, "reviewer")]


def test_nobody_takes_back_what_another_did(study: Study, ada: User) -> None:
    zoe, ben, other = make_member(study, Role.MANAGER), make_member(study), make_study()
    deeds = take_out(study, ada, ben)

    assert undo_for_people(study=study, deed_ids=deeds, by=zoe) == Tally(0, 1)
    assert undo_for_people(study=other, deed_ids=deeds, by=ada) == Tally(0, 1)
    assert not Membership.objects.get(user=ben).active


def ids_of(study: Study, *people: User) -> list[int]:
    return [Membership.objects.get(study=study, user=person).pk for person in people]


def written(kind: DeedKind, **about: object) -> list[int]:
    return list(Deed.objects.filter(kind=kind, **about).order_by("pk").values_list("pk", flat=True))


def test_who_was_paused_goes_on_and_who_went_on_is_paused(study: Study, ada: User) -> None:
    ben, eve = make_member(study), make_member(study)
    pause_several(study=study, member_ids=ids_of(study, ben, eve), paused=True, by=ada)

    assert undo_for_people(study=study, deed_ids=written(DeedKind.MEMBER_PAUSED), by=ada) == Tally(2, 0)
    assert set(Membership.objects.values_list("paused", flat=True)) == {False}

    pause_member(membership=Membership.objects.get(user=ben), paused=True, by=ada)
    before = written(DeedKind.MEMBER_RESUMED)
    pause_several(study=study, member_ids=ids_of(study, ben), paused=False, by=ada)
    deeds = [pk for pk in written(DeedKind.MEMBER_RESUMED) if pk not in before]
    assert undo_for_people(study=study, deed_ids=deeds, by=ada) == Tally(1, 0)
    assert Membership.objects.get(user=ben).paused


def test_who_is_excluded_or_out_since_stays_paused(study: Study, ada: User) -> None:
    ben, eve, bob = make_member(study), make_member(study), make_member(study)
    pause_several(study=study, member_ids=ids_of(study, ben, eve, bob), paused=True, by=ada)
    deeds = written(DeedKind.MEMBER_PAUSED)
    exclude(study=study, annotator=ben, reason="Asleep.", by=ada)
    take_out(study, ada, eve)
    limit_member(membership=Membership.objects.get(user=bob), votes_at_most=3, votes_per_day=None, by=ada)

    assert undo_for_people(study=study, deed_ids=deeds, by=ada) == Tally(0, 3)
    assert Membership.objects.filter(paused=True).count() == 3


def test_limits_are_those_of_before(study: Study, ada: User) -> None:
    ben, eve, bob = make_member(study), make_member(study), make_member(study)
    limit_member(membership=Membership.objects.get(user=ben), votes_at_most=100, votes_per_day=9)
    limit_member(membership=Membership.objects.get(user=bob), votes_at_most=50, votes_per_day=None)
    limit_several(study=study, member_ids=ids_of(study, ben, eve, bob), votes_at_most=50, votes_per_day=20, by=ada)
    deeds = written(DeedKind.LIMIT_CHANGED, by=ada)
    limit_member(membership=Membership.objects.get(user=eve), votes_at_most=7, votes_per_day=20, by=ada)

    assert undo_for_people(study=study, deed_ids=deeds, by=ada) == Tally(2, 1)

    limits = Membership.objects.filter(user__in=[ben, eve, bob]).order_by("user")
    assert list(limits.values_list("votes_at_most", "votes_per_day")) == [(100, 9), (7, 20), (50, None)]


def test_regions_have_the_status_they_had_and_their_seats(study: Study, ada: User) -> None:
    rated, waiting = make_region(study), make_region(study, accepted=False)
    seats = set(Assignment.objects.values_list("region", "number"))
    times = throw_out(ada, rated, waiting)
    statuses = {rated.pk: "accepted", waiting.pk: "candidate"}

    assert undo_discards(study=study, statuses=statuses, times=times, by=ada) == Tally(2, 0)

    rows = Region.objects.order_by("pk").values_list("status", "decided_by")
    assert list(rows) == [("accepted", ada.pk), ("candidate", None)]
    assert set(Assignment.objects.values_list("region", "number")) == seats
    written = Deed.objects.filter(kind=DeedKind.REGION_REDECIDED).values_list("before", "after")
    assert sorted(written) == [("discarded", "accepted"), ("discarded", "candidate")]


def test_regions_decided_about_since_are_left(study: Study, ada: User) -> None:
    zoe = make_member(study, Role.MANAGER)
    taken, thrown, again = (make_region(study) for _ in range(3))
    times = throw_out(ada, taken, thrown, again)
    for region in (taken, thrown, again):
        accept(region=region, by=zoe)
    discard(region=thrown, by=zoe)
    discard(region=again, by=ada)
    statuses = dict.fromkeys([taken.pk, thrown.pk, again.pk], "candidate")

    assert undo_discards(study=study, statuses=statuses, times=times, by=ada) == Tally(0, 3)

    assert list(Region.objects.order_by("pk").values_list("status", flat=True)) == [
        RegionStatus.ACCEPTED,
        RegionStatus.DISCARDED,
        RegionStatus.DISCARDED,
    ]


def test_a_region_drawn_anew_meanwhile_is_not_there_twice(study: Study, ada: User) -> None:
    region = make_region(study, make_image(study))
    times = throw_out(ada, region)
    mask = Mask(region.rle, (region.x, region.y, region.width, region.height), region.area)
    draw(image=region.image, mask=mask, level="object", by=ada)

    assert undo_discards(study=study, statuses={region.pk: "accepted"}, times=times, by=ada) == Tally(0, 1)
    assert not undo_discards(study=make_study(), statuses={region.pk: "accepted"}, times=times, by=ada).done
