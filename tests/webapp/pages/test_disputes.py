"""The pages of disputed labels: the picture, how the votes lie, nobody's name, and a reviewer's decision."""

import re

import pytest

from annotation.enums import LabelStatus, Role
from annotation.models import Adjudication, Image, Label, Region, SeatRequest, Study, Vote
from annotation.scales import DISTORTIONS
from tests.factories import cast, make_image, make_member, make_region, make_study
from tests.webapp.pages.cast import client_of, png
from tests.webapp.pages.test_statistics import page

pytestmark = pytest.mark.django_db


def make_dispute(study: Study, image: Image | None = None) -> Region:
    region = make_region(study, image or make_image(study, png()))
    cast(region, make_member(study), blur=1)
    cast(region, make_member(study), blur=5)
    return region


def test_a_reviewer_decides_a_dispute_and_takes_it_back() -> None:
    study = make_study(votes_wanted=2)
    region = make_dispute(study)
    dora = make_member(study, Role.REVIEWER)
    client, address = client_of(dora), f"/studies/{study.slug}/labels/disputes"

    assert client.get(f"{address}/next")["Location"] == f"{address}/{region.pk}"
    shown = client.get(f"{address}/{region.pk}").content.decode()
    client.post(f"{address}/{region.pk}/decide", {"blur": "2", "quality": "", "reason": "A soft edge."})
    made = Adjudication.objects.get()
    label = Label.objects.get(region=region)
    assert (label.status, label.blur_level, made.quality) == (LabelStatus.SETTLED, 2, None)
    assert "tied" in shown
    assert "A soft edge." in client.get(address).content.decode()
    client.post(f"/studies/{study.slug}/labels/decisions/{made.pk}/withdraw")

    assert Label.objects.get(region=region).status == LabelStatus.DISPUTED
    assert client.get(f"{address}/next?after={region.pk}")["Location"] == address


def test_a_region_that_nobody_disputes_stands_below_regions() -> None:
    study = make_study(votes_wanted=2)
    region, open_one = make_region(study), make_dispute(study)
    for _ in range(2):
        cast(region, make_member(study))
    client, labels = client_of(make_member(study, Role.REVIEWER)), f"/studies/{study.slug}/labels"

    def current(pk: int) -> list[str]:  # that of all labels leads to agreement
        here = client.get(f"{labels}/disputes/{pk}").content.decode()
        return re.findall(rf'href="{labels}/(\w+)" aria-current="page"', here)

    assert (current(region.pk), current(open_one.pk)) == (["agreement", "regions"], ["agreement", "disputes"])


def test_from_dispute_to_dispute_one_comes_to_each() -> None:
    study = make_study(votes_wanted=2)
    regions = [make_dispute(study, make_image(study)) for _ in range(3)]
    client, address = client_of(make_member(study, Role.REVIEWER)), f"/studies/{study.slug}/labels/disputes"

    ways = [client.get(f"{address}/next?after={region.pk}")["Location"] for region in regions]

    assert ways == [f"{address}/{regions[place].pk}" for place in (1, 2, 0)]


@pytest.mark.parametrize("number", ["9" * 5000, "\u0663", "-1"])
def test_a_level_that_is_no_number_decides_nothing(number: str) -> None:
    study = make_study(votes_wanted=2)
    region = make_dispute(study)
    address = f"/studies/{study.slug}/labels/disputes/{region.pk}"
    client = client_of(make_member(study, Role.REVIEWER))

    answer = client.post(f"{address}/decide", {"blur": number, "reason": "A soft edge."}, follow=True)

    assert "Decide at least one scale." in answer.content.decode()
    assert not Adjudication.objects.exists()


def test_a_dispute_shows_the_picture_and_how_the_votes_lie_on_every_scale() -> None:
    study = make_study(votes_wanted=2)
    region = make_dispute(study)

    found = page(study, make_member(study, Role.REVIEWER), f"disputes/{region.pk}")

    told = re.findall(r'<desc id="chart-(\w+)-words">(.*?)</desc>', found)
    clear = "extreme 0, severe 0, moderate 0, minor 0, trivial 0, without 2."
    tied = "extreme 0, severe 1, moderate 0, minor 0, trivial 0, without 1."
    assert dict(told) == {
        **dict.fromkeys(DISTORTIONS, clear),
        "blur": tied,
        "quality": "bad 0, poor 0, fair 0, good 2, excellent 0.",
        "importance": "unimportant 0, minor 0, normal 2, important 0, essential 0.",
    }
    assert found.count(f'<img src="/studies/{study.slug}/regions/{region.pk}/preview"') == 1


def test_why_more_votes_were_asked_for_is_told() -> None:
    study = make_study(votes_wanted=2)
    region = make_dispute(study)
    SeatRequest.objects.create(study=study, region=region, seats=2, votes=7, reasons=["wide quality", "camps blur"])

    found = page(study, make_member(study, Role.REVIEWER), f"disputes/{region.pk}")

    assert "Quality: the interval is too wide" in found
    assert "Blur: the votes lie in two camps" in found


def test_nobody_who_voted_is_named_where_a_dispute_is_decided() -> None:
    study = make_study(votes_wanted=2)
    region = make_dispute(study)
    dora = make_member(study, Role.REVIEWER)

    found = page(study, dora, f"disputes/{region.pk}")

    voters = Vote.objects.filter(region=region).values_list("annotator__username", "annotator__memberships__pseudonym")
    assert [name for pair in voters for name in pair if name in found] == []


def test_the_preview_is_the_region_with_a_line_outside_it() -> None:
    from io import BytesIO

    from PIL import Image as Picture

    study = make_study(votes_wanted=2)
    region = make_dispute(study)

    answer = client_of(make_member(study, Role.REVIEWER)).get(f"/studies/{study.slug}/regions/{region.pk}/preview")

    picture = Picture.open(BytesIO(answer.content))
    assert (answer["Content-Type"], picture.size) == ("image/png", (64, 48))
    colours = [picture.getpixel(point) for point in ((30, 24), (8, 24), (7, 24), (0, 0))]
    assert colours == [(200, 40, 90), (255, 255, 255), (0, 0, 0), (200, 40, 90)]
