"""People found by what is known of them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotation.actions.exclusions import exclude
from annotation.enums import Role
from annotation.models import Membership, Study, User
from annotation.queries.finding_people import ORDERS, SoughtPeople, found_people, sought_people
from tests.factories import cast, make_member, make_region, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    """Ada manages, Ben has two votes, Cleo one and is excluded, Dora reviews, Eve has left."""
    study = make_study()
    for name in ("ada", "ben", "cleo", "dora", "eve"):
        role = {"ada": Role.MANAGER, "dora": Role.REVIEWER}.get(name, Role.ANNOTATOR)
        make_member(study, role, name)
        Membership.objects.filter(user__username=name).update(pseudonym=f"a-{name[0]}00")
    make_member(make_study(), name="finn")
    people = {user.username: user for user in User.objects.all()}
    regions = [make_region(study), make_region(study)]
    for region, name in zip([*regions, regions[0]], ("ben", "ben", "cleo"), strict=True):
        cast(region, people[name])
    exclude(study=study, annotator=people["cleo"], by=people["ada"], reason="Answers at random.")
    Membership.objects.filter(user__username="eve").update(active=False)
    Membership.objects.filter(user__username="ben").update(votes_per_day=9)
    now = timezone.now()
    User.objects.filter(username="ada").update(last_login=now)
    User.objects.filter(username="ben").update(last_login=now - timedelta(days=3))
    return study


def names(study: Study, **sought: str) -> list[str]:
    return [member.user.username[0] for member in found_people(study, SoughtPeople(**sought))]


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ({}, "bcad"),
        ({"name": "LE"}, "c"),
        ({"name": "A-D0"}, "d"),
        ({"role": "annotator"}, "bc"),
        ({"role": "annotator", "name": "o"}, "c"),
        ({"state": "free"}, "bad"),
        ({"state": "paused"}, "c"),
        ({"state": "limited"}, "b"),
        ({"state": "excluded"}, "c"),
        ({"state": "new"}, "cd"),
        ({"state": "left"}, "e"),
        ({"order": "name"}, "abcd"),
        ({"order": "recent"}, "dcba"),
        ({"order": "most"}, "bcad"),
        ({"order": "fewest"}, "adcb"),
        ({"order": "away"}, "cdba"),
    ],
)
def test_what_is_sought_is_found(study: Study, sought: dict[str, str], found: str) -> None:
    assert "".join(names(study, **sought)) == found


def test_each_comes_with_the_number_of_their_votes(study: Study) -> None:
    counts = {member.user.username: member.said for member in found_people(study, SoughtPeople())}

    assert counts == {"ada": 0, "ben": 2, "cleo": 1, "dora": 0}


def test_what_nobody_knows_seeks_nothing() -> None:
    odd = {"name": "a\0b", "role": "king", "state": "asleep", "order": "password"}

    assert sought_people(odd) == SoughtPeople(name="ab")
    assert [sought_people({"order": name}).order for name in ORDERS] == list(ORDERS)
