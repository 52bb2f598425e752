"""The order in which images are listed."""

import pytest

from annotation.models import Image, Study
from annotation.queries.finding_images import SoughtImages, found_images
from tests.factories import make_image, make_study

pytestmark = pytest.mark.django_db
LONGEST = 400


def listed(study: Study) -> list[str]:
    return [image.name for image in found_images(study, SoughtImages())]


@pytest.mark.parametrize(
    "ordered",
    [
        ["1.png", "2.png", "10.png", "11.png"],
        ["b2/img9.png", "b2/img10.png", "b10/img1.png"],
        ["20240131.png", "20240131123456789.png", "18446744073709551615.png", "18446744073709551616.png"],
        ["a.png", "a1.png", "a1b.png", "ab.png"],
    ],
)
def test_numbers_in_names_count_as_numbers(ordered: list[str]) -> None:
    study = make_study()
    for name in reversed(ordered):
        make_image(study, name=name)

    assert listed(study) == ordered


def test_names_that_are_the_same_number_stand_by_their_id() -> None:
    study = make_study()
    names = ["gull007.png", "gull7.png", "gull07.png"]
    for name in names:
        make_image(study, name=name)

    assert listed(study) == names


@pytest.mark.parametrize("part", ["1鷗", "鷗", "9", "1a"])
def test_the_longest_names_have_room(part: str) -> None:
    image = make_image(make_study(), name=(part * LONGEST)[:LONGEST])

    assert len(Image.objects.get(pk=image.pk).sort_name) <= 600
