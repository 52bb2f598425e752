import numpy as np
import pytest

from annotation.actions.leases import lease_next
from annotation.actions.regions import Candidate, accept, discard, draw, propose
from annotation.enums import RegionSource, RegionStatus
from annotation.errors import Conflict, InvalidInput
from annotation.masks import Mask, decode_mask, encode_mask, polygon_mask
from annotation.models import Assignment, Region
from tests.factories import cast, make_image, make_member, make_region, make_study

pytestmark = pytest.mark.django_db


def block(x: int, y: int, width: int, height: int) -> Mask:
    pixels = np.zeros((48, 64), dtype=bool)
    pixels[y : y + height, x : x + width] = True
    return encode_mask(pixels)


def test_chosen_candidates_get_their_seats_and_the_others_wait() -> None:
    image = make_image(make_study(votes_wanted=7))
    candidates = [
        Candidate(block(0, 0, 40, 40), "object", 0.9, True),
        Candidate(block(5, 5, 33, 33), "component", 0.4, False),
    ]

    made = propose(image=image, candidates=candidates, proposer="embedded")

    chosen, waiting = Region.objects.order_by("-score")
    assert made == 2
    assert (chosen.status, chosen.assignments.count(), chosen.area) == (RegionStatus.ACCEPTED, 7, 1600)
    assert (waiting.status, waiting.assignments.count(), waiting.proposer) == (RegionStatus.CANDIDATE, 0, "embedded")
    assert (chosen.x, chosen.y, chosen.width, chosen.height) == (0, 0, 40, 40)
    image.refresh_from_db()
    assert image.proposed_at is not None


def test_a_second_answer_for_an_image_changes_nothing() -> None:
    image = make_image(make_study())
    propose(image=image, candidates=[Candidate(block(0, 0, 40, 40), "object", 0.9, True)], proposer="embedded")

    assert (
        propose(image=image, candidates=[Candidate(block(9, 9, 33, 33), "object", 0.9, True)], proposer="embedded") == 0
    )
    assert Region.objects.count() == 1


def test_a_mask_that_reaches_outside_is_refused_and_nothing_is_stored() -> None:
    image = make_image(make_study(), width=32, height=32)

    with pytest.raises(InvalidInput, match="outside the image of 32×32"):
        propose(image=image, candidates=[Candidate(block(0, 0, 40, 40), "object", 0.9, True)], proposer="embedded")

    image.refresh_from_db()
    assert (Region.objects.count(), image.proposed_at) == (0, None)


def test_a_drawn_region_is_in_the_study_at_once() -> None:
    study = make_study(min_region_area=100)
    ada = make_member(study, "manager")
    image = make_image(study)

    region = draw(image=image, mask=polygon_mask([(2, 2), (40, 2), (40, 30), (2, 30)], 64, 48), level="object", by=ada)

    assert (region.status, region.source, region.drawn_by) == (RegionStatus.ACCEPTED, RegionSource.DRAWN, ada)
    assert region.assignments.count() == 7
    assert decode_mask(region.rle, 64, 48).sum() == region.area == 38 * 28


@pytest.mark.parametrize(
    "box, level, message",
    [
        ((0, 0, 5, 5), "object", "has 25 pixels; this study wants at least 1024"),
        ((0, 0, 40, 40), "blob", "object or component"),
    ],
)
def test_a_drawing_that_will_not_do_is_refused_with_the_reason(
    box: tuple[int, int, int, int], level: str, message: str
) -> None:
    study = make_study()
    with pytest.raises(InvalidInput, match=message):
        draw(image=make_image(study), mask=block(*box), level=level, by=make_member(study, "manager"))
    assert Region.objects.count() == 0


def test_the_same_mask_twice_is_refused() -> None:
    study = make_study()
    image, ada = make_image(study), make_member(study, "manager")
    draw(image=image, mask=block(0, 0, 40, 40), level="object", by=ada)

    with pytest.raises(Conflict, match="very same mask"):
        draw(image=image, mask=block(0, 0, 40, 40), level="object", by=ada)


def test_accept_makes_seats_once() -> None:
    study = make_study()
    region, ada = make_region(study, accepted=False), make_member(study, "manager")

    accept(region=region, by=ada)
    accept(region=region, by=ada)

    region.refresh_from_db()
    assert (region.status, region.decided_by, region.assignments.count()) == (RegionStatus.ACCEPTED, ada, 7)


def test_discard_takes_unused_seats_away_even_leased_ones() -> None:
    study = make_study()
    region, ada, ben = make_region(study), make_member(study, "manager"), make_member(study)
    lease_next(study=study, annotator=ben)

    discard(region=region, by=ada)

    region.refresh_from_db()
    assert region.status == RegionStatus.DISCARDED
    assert Assignment.objects.count() == 0


def test_a_region_with_votes_stays() -> None:
    study = make_study()
    region, ada = make_region(study), make_member(study, "manager")
    cast(region, make_member(study))

    with pytest.raises(Conflict, match="stays in the study"):
        discard(region=region, by=ada)

    region.refresh_from_db()
    assert (region.status, region.assignments.count()) == (RegionStatus.ACCEPTED, 7)


def test_what_was_discarded_does_not_come_back_beside_its_twin() -> None:
    study = make_study()
    image, ada = make_image(study), make_member(study, "manager")
    first = draw(image=image, mask=block(0, 0, 40, 40), level="object", by=ada)
    discard(region=first, by=ada)
    twin = draw(image=image, mask=block(0, 0, 40, 40), level="object", by=ada)

    with pytest.raises(Conflict, match="very same mask"):
        accept(region=first, by=ada)

    first.refresh_from_db()
    assert (first.status, first.assignments.count()) == (RegionStatus.DISCARDED, 0)
    discard(region=twin, by=ada)
    assert accept(region=first, by=ada).status == RegionStatus.ACCEPTED


def test_a_mask_that_somebody_took_before_is_not_proposed_again() -> None:
    study = make_study()
    image, ada = make_image(study), make_member(study, "manager")
    draw(image=image, mask=block(0, 0, 40, 40), level="component", by=ada, proposer="click")
    discard(region=draw(image=image, mask=block(9, 9, 33, 33), level="object", by=ada), by=ada)
    candidates = [Candidate(block(x, x, side, side), "object", 0.9, True) for x, side in ((0, 40), (9, 33), (5, 35))]

    assert propose(image=image, candidates=candidates, proposer="embedded") == 2

    accepted = Region.objects.filter(status=RegionStatus.ACCEPTED).order_by("pk")
    assert list(accepted.values_list("x", "source")) == [(0, "drawn"), (9, "proposed"), (5, "proposed")]
