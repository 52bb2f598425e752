"""Regions found by what is known of them."""

from uuid import uuid4

import pytest

from annotation.actions.adjudications import adjudicate
from annotation.enums import Role
from annotation.models import Region, Remark, Study
from annotation.queries.finding import ORDERS, Sought, found_in, sought_by
from tests.factories import cast, make_image, make_member, make_region, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_study(votes_wanted=2)


@pytest.fixture
def regions(study: Study) -> dict[str, Region]:
    """By what is to be said of them; in the order of their images' names."""
    names = ("a new", "b open", "c blurred", "d tied", "e fine")
    found = {name: make_region(study, make_image(study, name=name), area=1000 + n) for n, name in enumerate(names)}
    ben, eve = make_member(study), make_member(study)
    cast(found["b open"], ben, quality=1)
    for person in (ben, eve):
        cast(found["c blurred"], person, blur=1, quality=0)
        cast(found["e fine"], person, quality=4, importance=4)
    cast(found["d tied"], ben, blur=1)
    cast(found["d tied"], eve, blur=5)
    make_region(study, accepted=False)
    make_region(make_study())
    return found


def names(study: Study, **sought: object) -> list[str]:
    return [region.image.name[0] for region in found_in(study, Sought(**sought))]


def test_each_filter(study: Study, regions: dict[str, Region]) -> None:
    Region.objects.filter(pk=regions["e fine"].pk).update(source="drawn")
    Remark.objects.create(
        study=study, region=regions["a new"], annotator=make_member(study), kind="flag", reason="small",
        idempotency_key=uuid4(),
    )  # fmt: skip

    assert names(study) == ["a", "b", "c", "d", "e"]
    assert names(study, name="BLUR") == ["c"]
    assert names(study, name="%") == []
    assert [names(study, state=state) for state in ("none", "open", "settled", "disputed")] == [
        ["a"], ["b"], ["c", "e"], ["d"],
    ]  # fmt: skip
    assert names(study, level="component") == []
    assert names(study, distortion="blur", state="settled") == ["c"]
    assert (names(study, quality=0), names(study, importance=4)) == (["c"], ["e"])
    assert names(study, remarks=True) == ["a"]


def test_what_a_person_decided(study: Study, regions: dict[str, Region]) -> None:
    dora = make_member(study, Role.REVIEWER)
    adjudicate(region=regions["d tied"], by=dora, levels={"blur": 5}, reason="Seen.")

    assert names(study, state="decided") == ["d"]


def test_each_order_is_whole_and_the_same_every_time(study: Study, regions: dict[str, Region]) -> None:
    found = {order: "".join(names(study, order=order)) for order in ORDERS}

    assert found["image"] == found["small"] == "abcde"
    assert found["large"] == "edcba"
    assert (found["fewest"], found["most"]) == ("abcde", "cdeba")
    assert (found["worst"][0], found["best"][0]) == ("c", "e")
    assert {"".join(sorted(order)) for order in found.values()} == {"abcde"}


def test_values_nobody_knows_seek_nothing() -> None:
    odd = dict.fromkeys(("state", "level", "distortion", "quality", "importance", "remarks", "order"), "x")

    assert sought_by(odd) == Sought()
    assert sought_by({"quality": "5", "distortion": "quality", "name": "a\0b"}) == Sought(name="ab")
    assert sought_by({"quality": "0", "remarks": "1", "order": "best"}) == Sought(quality=0, remarks=True, order="best")
