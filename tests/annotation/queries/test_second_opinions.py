import pytest

from annotation.models import Label, Membership
from annotation.queries.analyses import forget
from annotation.queries.second_opinions import differing, habits_of
from tests.factories import cast, make_member, make_region, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> None:
    forget()


def test_two_who_see_blur_everywhere_do_not_make_a_second_opinion() -> None:
    """Three of five say with on the last region, but two of them always do."""
    study = make_study(votes_wanted=5)
    people = [make_member(study) for _ in range(5)]
    for number in range(12):
        blurred, region = number % 3 == 0, make_region(study)
        for place, person in enumerate(people):
            cast(region, person, blur=1 if blurred or place < 2 else 5)
    last = make_region(study)
    for place, person in enumerate(people):
        cast(last, person, blur=1 if place < 3 else 5)

    found, count, looked_at = differing(study)

    assert (count, looked_at) == (1, 13 * 6)
    [one] = found
    assert (one.region, one.scale, one.seen, one.votes, one.present) == (last.pk, "blur", 3, 5, True)
    assert one.probability < 0.5
    assert Label.objects.get(region=last).blur_level == 1
    blind, sharp = (habits_of(study, Membership.objects.get(user=person).pseudonym) for person in people[:4:3])
    assert (blind[2].scale, blind[2].votes) == ("blur", 13)
    assert blind[2].spares < 0.5 < sharp[2].spares


def test_nothing_is_said_of_strangers_and_empty_studies() -> None:
    study = make_study()

    assert differing(study) == ([], 0, 0)
    assert habits_of(study, "nobody") == []
