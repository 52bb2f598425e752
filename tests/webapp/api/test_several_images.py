"""Several images decided about at once by the API."""

import pytest

from annotation.enums import RegionStatus
from annotation.models import Image, Region, Study, User
from tests.factories import cast, make_image, make_region, make_study
from tests.webapp.api.client import Api, error_of

pytestmark = pytest.mark.django_db


def decide(person: User, images: list[Image], verb: str) -> dict[str, int]:
    body = {"images": [image.pk for image in images], "verb": verb}
    answer = Api(person).put("studies/birds/image-decisions", body)
    assert answer.status_code == 200
    told: dict[str, int] = answer.json()
    return told


def test_images_are_taken_in_out_and_proposed_for_again(study: Study, ada: User) -> None:
    full, empty = make_image(study), make_image(study)
    region = make_region(study, full, status=RegionStatus.CANDIDATE)
    Image.objects.filter(pk=full.pk).update(proposed_at="2026-01-01T00:00Z")

    told = [decide(ada, [full, empty], verb) for verb in ("accept", "discard", "propose")]

    assert told == [{"done": 1, "left": 1}] * 3
    assert Region.objects.get().decided_by == ada
    region.refresh_from_db()
    assert (region.status, Image.objects.get(pk=full.pk).proposed_at) == (RegionStatus.DISCARDED, None)


def test_an_image_with_votes_stays(study: Study, ada: User, ben: User) -> None:
    region = make_region(study)
    cast(region, ben)

    assert decide(ada, [region.image], "discard") == {"done": 0, "left": 1}
    assert Region.objects.get().status == RegionStatus.ACCEPTED


@pytest.mark.parametrize("body", [{}, {"images": [], "verb": "accept"}, {"images": [1], "verb": "delete"}])
def test_what_makes_no_sense_is_refused(study: Study, ada: User, body: dict[str, object]) -> None:
    assert error_of(Api(ada).put("studies/birds/image-decisions", body))[0] == 400


def test_images_of_another_study_are_none_of_hers(study: Study, ada: User) -> None:
    theirs = make_image(make_study())

    answer = Api(ada).put("studies/birds/image-decisions", {"images": [theirs.pk], "verb": "accept"})

    assert error_of(answer)[0] == 400
