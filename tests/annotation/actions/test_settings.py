import pytest

from annotation.actions.settings import change_settings
from annotation.actions.studies import create_study
from annotation.enums import LabelStatus, StudyStatus
from annotation.errors import InvalidInput
from annotation.models import Assignment, Label, Study
from tests.factories import cast, make_member, make_region, make_study, make_user

pytestmark = pytest.mark.django_db


def test_plain_settings_are_saved_and_labels_left_alone() -> None:
    study = make_study()
    cast(make_region(study), make_member(study))
    before = Label.objects.get().updated_at

    change_settings(study=study, changes={"name": "Birds", "lease_minutes": 20, "status": "paused"})

    study.refresh_from_db()
    assert (study.name, study.lease_minutes, study.status) == ("Birds", 20, StudyStatus.PAUSED)
    assert Label.objects.get().updated_at == before


def test_guidelines_that_could_not_be_published_are_refused() -> None:
    study = make_study(guidelines="Look.")

    with pytest.raises(InvalidInput, match="the most is 50000"):
        change_settings(study=study, changes={"name": "Birds", "guidelines": "x" * 50_001})
    with pytest.raises(InvalidInput, match="The guidelines have 50001 characters"):
        create_study(by=make_user(), name="Birds", slug="birds", guidelines="x" * 50_001)

    study.refresh_from_db()
    assert (study.name == "Birds", study.guidelines) == (False, "Look.")


def test_fewer_wanted_votes_settle_labels_and_drop_seats() -> None:
    study = make_study(votes_wanted=3)
    region = make_region(study)
    cast(region, make_member(study))

    change_settings(study=study, changes={"votes_wanted": 1})

    assert Label.objects.get().status == LabelStatus.SETTLED
    assert Assignment.objects.filter(region=region).count() == 1


def test_another_severity_rule_writes_every_label_anew() -> None:
    study = make_study(votes_wanted=3)
    region = make_region(study)
    for level in (0, 0, 5):
        cast(region, make_member(study), blur=level)
    affected = Label.objects.get().blur_level

    change_settings(study=study, changes={"severity_votes": "all"})

    label = Label.objects.get()
    assert (affected, label.blur_level) == (0, 2)
    assert label.rule == "gullery-1 severity=all M=4"


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"name": "New", "lease_minutes": 0}, "lease_minutes: Ensure this value is greater than or equal to 1."),
        ({"name": "New", "status": "ajar"}, "status: Value 'ajar' is not a valid choice."),
        ({"name": "New", "votes_wanted": 100}, "votes_wanted: Ensure this value is less than or equal to 99."),
        ({"seed": 1}, "Unknown settings: seed."),
    ],
)
def test_a_bad_setting_changes_nothing(changes: dict[str, object], message: str) -> None:
    study = make_study(name="Old")

    with pytest.raises(InvalidInput, match=message):
        change_settings(study=study, changes=changes)

    assert Study.objects.get().name == "Old"
