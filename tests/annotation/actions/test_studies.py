from collections import Counter

import pytest
from django.db import IntegrityError, transaction

from annotation.actions import studies
from annotation.actions.leases import lease_next
from annotation.actions.studies import add_member, create_study, remove_member, reweigh, set_status
from annotation.enums import LabelStatus, Role
from annotation.errors import Conflict, InvalidInput
from annotation.models import Assignment, Label, Membership, Study, Vote
from annotation.queries.seat_verification import seat_differences
from tests.factories import cast, make_member, make_region, make_study, make_user

pytestmark = pytest.mark.django_db


def test_the_maker_of_a_study_manages_it() -> None:
    ada = make_user()

    study = create_study(by=ada, name="Faces", slug="faces", votes_wanted=9)

    assert Membership.objects.get(study=study).role == Role.MANAGER
    assert study.votes_wanted == 9


def test_a_taken_short_name_is_refused() -> None:
    ada = make_user()
    create_study(by=ada, name="Faces", slug="faces")

    with pytest.raises(Conflict, match="'faces' is taken"):
        create_study(by=ada, name="Other", slug="faces")
    assert Study.objects.count() == 1


@pytest.mark.parametrize(
    "settings", [{"votes_wanted": 0}, {"votes_wanted": 100}, {"lease_minutes": 0}, {"severity_top": 3}]
)
def test_settings_out_of_range_are_refused_by_action_and_database(settings: dict[str, int]) -> None:
    with pytest.raises(InvalidInput, match=next(iter(settings))):
        create_study(by=make_user(), name="Faces", slug="faces", **settings)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_study(**settings)


def test_more_wanted_votes_open_labels_again() -> None:
    study = make_study(votes_wanted=1)
    region = make_region(study)
    cast(region, make_member(study))
    assert Label.objects.get().status == LabelStatus.SETTLED

    reweigh(study=study, votes_wanted=3)

    assert Label.objects.get().status == LabelStatus.OPEN
    assert Assignment.objects.filter(region=region, vote=None).count() == 2


def test_fewer_wanted_votes_take_unused_seats_away_and_keep_every_vote() -> None:
    study = make_study(votes_wanted=5)
    region, other = make_region(study), make_region(study)
    for _ in range(3):
        cast(region, make_member(study))

    reweigh(study=study, votes_wanted=2)

    assert (Vote.objects.live().count(), Label.objects.get(region=region).status) == (3, LabelStatus.SETTLED)
    assert Assignment.objects.filter(region=region).count() == 3
    assert Assignment.objects.filter(region=other).count() == 2


@pytest.mark.parametrize("wanted", [1, 2, 4])
def test_regions_are_looked_at_a_few_at_a_time(wanted: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studies, "CHUNK", 2)
    study = make_study(votes_wanted=2)
    regions, people = [make_region(study) for _ in range(5)], [make_member(study) for _ in range(2)]
    for number, region in enumerate(regions):
        for person in people[: number % 3]:
            cast(region, person)

    reweigh(study=study, votes_wanted=wanted)

    seats = Counter(Assignment.objects.values_list("region", flat=True))
    assert [seats[region.pk] for region in regions] == [max(wanted, number % 3) for number in range(5)]
    settled = set(Label.objects.filter(status=LabelStatus.SETTLED).values_list("region", flat=True))
    assert settled == {region.pk for number, region in enumerate(regions) if number % 3 >= wanted}
    assert list(seat_differences(study)) == []


def test_a_status_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidInput, match="one of open, paused, closed"):
        set_status(study=make_study(), status="asleep")


def test_a_member_can_change_role_but_the_last_manager_stays() -> None:
    study = make_study()
    ada, ben = make_member(study, Role.MANAGER), make_member(study)

    with pytest.raises(Conflict, match="needs a manager"):
        add_member(study=study, user=ada, role=Role.ANNOTATOR)
    add_member(study=study, user=ben, role=Role.MANAGER)
    add_member(study=study, user=ada, role=Role.REVIEWER)

    assert dict(Membership.objects.values_list("user_id", "role")) == {ada.pk: "reviewer", ben.pk: "manager"}


def test_a_removed_member_s_votes_stay_and_their_seat_goes_back() -> None:
    study = make_study()
    region = make_region(study)
    ben = make_member(study)
    cast(region, ben)
    make_region(study)
    lease_next(study=study, annotator=ben)

    remove_member(membership=Membership.objects.get(user=ben), by=make_user())

    assert Vote.objects.live().count() == 1
    assert Assignment.objects.filter(vote=None).exclude(annotator=None).count() == 0
    assert Membership.objects.get(user=ben).active is False


def test_the_last_manager_cannot_be_removed() -> None:
    study = make_study()
    make_member(study, Role.MANAGER)

    with pytest.raises(Conflict, match="needs a manager"):
        remove_member(membership=Membership.objects.get(), by=make_user())


def test_a_short_name_that_is_an_address_of_ours_is_refused() -> None:
    with pytest.raises(InvalidInput, match="our own addresses"):
        create_study(by=make_user(), name="New", slug="new")

    assert not Study.objects.exists()


def test_nobody_shuts_themselves_out() -> None:
    study = make_study()
    ada, _ = make_member(study, Role.MANAGER), make_member(study, Role.MANAGER)

    with pytest.raises(Conflict, match="You cannot remove yourself"):
        remove_member(membership=Membership.objects.get(user=ada), by=ada)

    assert Membership.objects.get(user=ada).active is True
