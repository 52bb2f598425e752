from itertools import combinations

import pytest

from annotation.actions.leases import lease_next
from annotation.actions.taking import APART
from annotation.models import Assignment, Study
from tests.annotation.actions.sitters import make_protocol
from tests.factories import cast, make_image, make_member, make_region, make_study

pytestmark = pytest.mark.django_db

IMAGES = 21


def images_in_turn(study: Study, *, ahead: int) -> list[int]:
    """The image of each seat that one person gets, who has the next one loaded `ahead` or not."""
    ben, images = make_member(study), []
    held: list[Assignment] = []
    for _ in range(2 * IMAGES):
        seat = lease_next(study=study, annotator=ben, holding=[one.pk for one in held]).assignment
        assert seat is not None
        images.append(seat.region.image_id)
        held.append(seat)
        if len(held) > ahead:
            cast(held.pop(0).region, ben)
    return images


@pytest.mark.parametrize("ahead", [0, 1])
@pytest.mark.parametrize("with_protocol", [False, True])
def test_ten_seats_lie_between_two_regions_of_one_image_while_there_are_others(ahead: int, with_protocol: bool) -> None:
    study = make_study(votes_wanted=1)
    if with_protocol:
        make_protocol(study)
    for _ in range(IMAGES):
        image = make_image(study)
        make_region(study, image)
        make_region(study, image)

    images = images_in_turn(study, ahead=ahead)

    pairs = [(first, then) for first, then in combinations(range(len(images)), 2) if images[first] == images[then]]
    certain = len(images) - APART  # while more than ten regions are free, one of them is of none of the last ten images
    assert len(pairs) == IMAGES
    assert min(then - first for first, then in pairs if then < certain) > APART
    for at, image_id in enumerate(images):
        recent = images[max(0, at - APART) : at]
        assert image_id not in recent or set(images[at:]) <= set(recent), at
