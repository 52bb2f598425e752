import pytest

from annotation.models import Assignment, Study
from tests.webapp.pages.cast import client_of, make_cast

pytestmark = pytest.mark.django_db
FIELDS = {"name": "Gulls", "votes_wanted": 1, "regions_per_image": 3, "min_region_area": 1024,
          "lease_minutes": 10, "severity_votes": "affected", "severity_top": 4, "prelabel_policy": "never",
          "arm_share": "50 %", "random_share": "50 %", "retrain_after": 200, "promotion_policy": "approval"}  # fmt: skip


def test_more_wanted_votes_make_more_seats() -> None:
    scene = make_cast()

    answer = client_of(scene.people["manager"]).post(
        "/studies/gulls/settings", FIELDS | {"votes_wanted": 3, "name": "Terns"}
    )

    assert answer["Location"] == "/studies/gulls/settings"
    study = Study.objects.get()
    assert (study.name, study.votes_wanted, study.guidelines) == ("Terns", 3, "Look at the **region**.")
    assert Assignment.objects.filter(region=scene.region).count() == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"votes_wanted": 0},
        {"lease_minutes": 9999},
        {"name": ""},
        {"severity_top": 6},
        {"random_share": "20 %"},
        {"arm_share": "110"},
        {"retrain_after": 0},
        {"promotion_policy": "never"},
    ],
)
def test_settings_that_make_no_sense_change_nothing(wrong: dict[str, object]) -> None:
    scene = make_cast()

    answer = client_of(scene.people["manager"]).post("/studies/gulls/settings", FIELDS | {"name": "New"} | wrong)

    assert (answer.status_code, answer.content.count(b'role="alert"')) == (400, 1)
    assert Study.objects.get().name == "Gulls"


def test_the_loop_is_set_together_and_retraining_can_be_left_out() -> None:
    scene = make_cast()
    wanted = {
        "prelabel_policy": "random_arm",
        "random_share": "30",
        "retrain_after": "",
        "promotion_policy": "automatic",
    }

    client_of(scene.people["manager"]).post("/studies/gulls/settings", FIELDS | wanted)

    study = Study.objects.get()
    assert (study.prelabel_policy, study.random_share, study.retrain_after, study.promotion_policy) == (
        "random_arm", 0.3, None, "automatic",
    )  # fmt: skip
