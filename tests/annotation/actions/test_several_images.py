"""One decision about several images: what cannot be decided so is left alone."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from annotation.actions.proposals import claim_images
from annotation.actions.several_images import DiscardTally, accept_images, discard_images, propose_for_images
from annotation.actions.several_people import Tally
from annotation.enums import RegionStatus, Role
from annotation.errors import InvalidInput
from annotation.models import Assignment, Deed, Image, Region, Study, User
from tests.annotation.actions.sitters import make_gold
from tests.factories import cast, make_image, make_member, make_region, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_study(votes_wanted=2)


@pytest.fixture
def ada(study: Study) -> User:
    return make_member(study, Role.MANAGER, "ada")


def image_with(study: Study, *statuses: str, **fields: object) -> Image:
    image = make_image(study, **({"proposed_at": timezone.now()} | fields))
    for place, status in enumerate(statuses):
        make_region(study, image, accepted=status == RegionStatus.ACCEPTED, status=status, y=place)
    return image


def statuses(image: Image) -> list[str]:
    return list(Region.objects.filter(image=image).order_by("pk").values_list("status", flat=True))


def test_undecided_regions_are_taken_in_and_discarded_ones_stay_out(study: Study, ada: User) -> None:
    mixed, none = image_with(study, "candidate", "discarded", "candidate"), image_with(study, "accepted")

    assert accept_images(study=study, image_ids=[mixed.pk, none.pk], by=ada) == Tally(1, 1)

    assert statuses(mixed) == ["accepted", "discarded", "accepted"]
    assert Assignment.objects.filter(region__image=mixed).count() == 4


def test_an_image_goes_out_with_its_regions_unless_somebody_has_voted(study: Study, ada: User) -> None:
    fresh, voted, empty = (
        image_with(study, "accepted", "candidate"),
        image_with(study, "accepted", "accepted"),
        image_with(study),
    )
    known = make_gold(study)
    cast(Region.objects.filter(image=voted).earliest("pk"), make_member(study))
    ids = [fresh.pk, voted.pk, empty.pk, known.image_id]

    assert discard_images(study=study, image_ids=ids, by=ada) == DiscardTally(1, 3, voted=1, known=1, bare=1)

    assert (statuses(fresh), statuses(voted)) == (["discarded"] * 2, ["accepted", "discarded"])
    assert Region.objects.get(pk=known.pk).status == RegionStatus.ACCEPTED
    assert Assignment.objects.filter(region__image=fresh).count() == 0


def test_proposals_come_again_where_they_failed_or_nothing_is_left(study: Study, ada: User) -> None:
    failed = image_with(study, proposed_at=None, proposal_error="It is all one colour.", proposal_attempts=3)
    cleared = image_with(study, "discarded", name="cleared.png")
    busy, waiting = image_with(study, "candidate"), image_with(study, proposed_at=None)
    ids = [failed.pk, cleared.pk, busy.pk, waiting.pk]

    assert propose_for_images(study=study, image_ids=ids, by=ada) == Tally(2, 2)

    lines = Deed.objects.order_by("pk").values_list("kind", "by__username", "target")
    assert list(lines) == [("proposed_again", "ada", failed.pk), ("proposed_again", "ada", cleared.pk)]
    claimed = claim_images(limit=9)
    assert sorted(image.pk for image in claimed) == sorted([failed.pk, cleared.pk, waiting.pk])
    assert {image.proposal_attempts for image in claimed} == {1}
    assert propose_for_images(study=study, image_ids=ids, by=ada) == Tally(0, 4)


@pytest.mark.parametrize("act", [accept_images, discard_images, propose_for_images])
def test_images_of_another_study_and_none_are_refused(study: Study, ada: User, act: Callable[..., Tally]) -> None:
    own, foreign = image_with(study, "candidate"), image_with(make_study(), "candidate")

    for ids in ([], [own.pk, foreign.pk], [999_999], list(range(1, 502))):
        with pytest.raises(InvalidInput):
            act(study=study, image_ids=ids, by=ada)

    assert (statuses(own), statuses(foreign)) == (["candidate"], ["candidate"])
