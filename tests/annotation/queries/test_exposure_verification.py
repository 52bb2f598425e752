import pytest

from annotation.enums import Arm, PrelabelPolicy
from annotation.models import Exposure, Prelabel, Region, User
from annotation.queries.exposure_verification import exposure_differences
from tests.annotation.prelabels import make_prelabel
from tests.annotation.queries.test_seat_verification import run_sql
from tests.factories import cast, make_member, make_region, make_study, make_version

pytestmark = pytest.mark.django_db


def show(prelabel: Prelabel, person: User, arm: Arm = Arm.SHOWN) -> Exposure:
    return Exposure.objects.create(
        region=prelabel.region, annotator=person, prelabel=prelabel, policy=PrelabelPolicy.RANDOM_ARM, arm=arm
    )


def make_guessed() -> tuple[Region, Prelabel]:
    region = make_region(make_study())
    return region, make_prelabel(region, make_version())


def differences(region: Region) -> list[str]:
    return [str(one) for one in exposure_differences(region.study)]


def test_votes_that_tell_what_was_shown_are_in_order() -> None:
    region, prelabel = make_guessed()
    shown, hidden, after = (make_member(region.study) for _ in range(3))
    show(prelabel, shown)
    show(prelabel, hidden, Arm.HIDDEN)
    for person in (shown, hidden, after):
        cast(region, person)
    show(prelabel, after)

    assert differences(region) == []


def test_a_vote_that_saw_what_nobody_showed_is_reported() -> None:
    region, prelabel = make_guessed()
    person = make_member(region.study)
    show(prelabel, person)
    vote = cast(region, person)
    run_sql("UPDATE annotation_exposure SET arm = 'hidden'")

    assert differences(region) == [
        f"region {region.pk}, vote {vote.pk}: it saw a prelabel, but none was shown to this person before."
    ]


def test_a_vote_that_hides_what_was_shown_is_reported() -> None:
    region, prelabel = make_guessed()
    person = make_member(region.study)
    show(prelabel, person)
    vote = cast(region, person)
    run_sql("UPDATE annotation_vote SET prelabel_seen = 'nothing', prelabel_id = NULL")

    assert differences(region) == [
        f"region {region.pk}, vote {vote.pk}: it says that it saw nothing, but a prelabel had been shown to this person."
    ]


def test_a_vote_that_names_another_prelabel_is_reported() -> None:
    region, prelabel = make_guessed()
    other = make_prelabel(region, make_version())
    person = make_member(region.study)
    show(prelabel, person)
    vote = cast(region, person)
    run_sql("UPDATE annotation_vote SET prelabel_id = %s", other.pk)

    assert differences(region) == [
        f"region {region.pk}, vote {vote.pk}: it saw prelabel {other.pk}, which was not the last that was shown to this "
        "person."
    ]
