import pytest

from annotation.actions import accepting
from annotation.actions.accepting import accept_all
from annotation.enums import DeedKind, DeedTopic, RegionStatus, Role
from annotation.models import Assignment, Region
from annotation.queries.journal import Wanted, kinds_of, lines_of
from tests.factories import make_image, make_member, make_region, make_study

pytestmark = pytest.mark.django_db


def test_all_that_wait_are_taken_with_their_seats_and_nothing_else() -> None:
    study = make_study(votes_wanted=3)
    ada = make_member(study, Role.MANAGER)
    image = make_image(study, prelabel_due=False)
    waiting = [make_region(study, image, accepted=False, y=place) for place in range(2)]
    discarded = make_region(study, image, accepted=False, y=5, status=RegionStatus.DISCARDED)
    elsewhere = make_region(make_study(), accepted=False)

    assert accept_all(study=study, by=ada) == 2
    assert accept_all(study=study, by=ada) == 0

    assert set(Region.objects.accepted().values_list("pk", flat=True)) == {region.pk for region in waiting}
    assert Assignment.objects.filter(study=study).count() == 6
    image.refresh_from_db()
    discarded.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (image.prelabel_due, discarded.status, elsewhere.status) == (True, "discarded", "candidate")
    assert Region.objects.get(pk=waiting[0].pk).decided_by == ada


def test_a_large_study_is_taken_a_part_at_a_time_and_is_one_line_of_the_journal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(accepting, "CHUNK", 2)
    study = make_study(votes_wanted=2)
    ada, image = make_member(study, Role.MANAGER), make_image(study)
    for place in range(5):
        make_region(study, image, accepted=False, y=place)

    assert accept_all(study=study, by=ada) == 5

    assert Assignment.objects.count() == 10
    lines = lines_of(study, Wanted(kinds_of(DeedTopic.REGIONS)), limit=9)
    assert [(line.kind, line.count) for line in lines] == [(DeedKind.REGION_ACCEPTED, 5)]
