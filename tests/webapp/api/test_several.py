"""Several regions decided at once by the API."""

import pytest

from annotation.models import Assignment, Deed, Region, Study, User
from tests.factories import cast, make_region
from tests.webapp.api.client import Api, error_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def voted(study: Study, ben: User) -> Region:
    """All wanted votes are in."""
    Study.objects.filter(pk=study.pk).update(votes_wanted=1)
    study.refresh_from_db()
    region = make_region(study)
    cast(region, ben)
    return region


def test_more_votes_are_asked_for(study: Study, ada: User, voted: Region) -> None:
    body = {"regions": [voted.pk, make_region(study).pk], "seats": 2}

    answer = Api(ada).post("studies/birds/seat-requests", body)

    assert (answer.status_code, answer.json()) == (201, {"regions": 1, "left": 1, "seats": 2})
    assert Assignment.objects.open().filter(region=voted).count() == 2
    assert Deed.objects.get(kind="votes_asked").by == ada


def test_regions_leave_and_come_back(study: Study, ada: User, voted: Region) -> None:
    fresh = make_region(study)
    decided = []
    for status in ("discarded", "accepted"):
        body = {"regions": [voted.pk, fresh.pk], "status": status}
        decided.append(Api(ada).put("studies/birds/region-decisions", body).json())
        decided.append(Region.objects.get(pk=fresh.pk).status)

    assert decided == [
        {"regions": 1, "left": 1, "seats": 0}, "discarded", {"regions": 2, "left": 0, "seats": 0}, "accepted",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "body", [{}, {"regions": [], "seats": 1}, {"regions": [1], "seats": 11}, {"regions": ["x"], "seats": 1}]
)
def test_what_makes_no_sense_is_refused(ada: User, study: Study, body: dict[str, object]) -> None:
    assert error_of(Api(ada).post("studies/birds/seat-requests", body))[0] == 400
