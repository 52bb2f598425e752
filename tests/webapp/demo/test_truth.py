"""The hidden truth is the same in every run, whichever worker came first."""

import pytest

from annotation.models import Region
from tests.factories import make_image, make_region, make_study
from webapp.demo.truth import ImageTruth, truths_of

pytestmark = pytest.mark.django_db

SEED = 5


def truths_in_order(order: list[int]) -> list[dict[str, float]]:
    """Of three regions of one picture, stored in this order; answered from left to right."""
    study = make_study()
    image = make_image(study, sha256="ab" * 32, width=640, height=480)
    made: list[Region] = [make_region(study, image, x=40 * place) for place in order]
    known = ImageTruth({"noise": 1.0, "blur": 5.0}, 2.5)
    truths = truths_of({image.pk: known}, made, SEED)
    return [truths[region.pk] for region in sorted(made, key=lambda region: region.x)]


def test_the_order_in_which_regions_were_stored_does_not_matter() -> None:
    first, other = truths_in_order([0, 1, 2]), truths_in_order([2, 0, 1])

    assert first == other


def test_regions_of_one_picture_differ() -> None:
    one, two, three = truths_in_order([0, 1, 2])

    assert len({one["quality"], two["quality"], three["quality"]}) == 3
    assert {truth["blur"] for truth in (one, two, three)} == {5.0}
