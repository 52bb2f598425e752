import pytest

from annotation.models import Assignment, Study
from tests.webapp.pages.cast import client_of, make_cast

pytestmark = pytest.mark.django_db
FIELDS = {"name": "Gulls", "guidelines": "Look.", "votes_wanted": 1, "regions_per_image": 3, "min_region_area": 1024,
          "lease_minutes": 10, "severity_votes": "affected", "severity_top": 4}  # fmt: skip


def test_more_wanted_votes_make_more_seats() -> None:
    scene = make_cast()

    answer = client_of(scene.people["manager"]).post(
        "/studies/gulls/settings", FIELDS | {"votes_wanted": 3, "name": "Terns"}
    )

    assert answer["Location"] == "/studies/gulls/settings"
    study = Study.objects.get()
    assert (study.name, study.votes_wanted, study.guidelines) == ("Terns", 3, "Look.")
    assert Assignment.objects.filter(region=scene.region).count() == 3


@pytest.mark.parametrize("wrong", [{"votes_wanted": 0}, {"lease_minutes": 9999}, {"name": ""}, {"severity_top": 6}])
def test_settings_that_make_no_sense_change_nothing(wrong: dict[str, object]) -> None:
    scene = make_cast()

    answer = client_of(scene.people["manager"]).post("/studies/gulls/settings", FIELDS | {"guidelines": "New"} | wrong)

    assert (answer.status_code, answer.content.count(b'role="alert"')) == (400, 1)
    assert Study.objects.get().guidelines == "Look at the **region**."
