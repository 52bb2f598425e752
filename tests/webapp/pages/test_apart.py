import pytest

from annotation.enums import Role
from annotation.models import SeatRequest, User
from annotation.queries.apart import apart_in
from tests.annotation.actions.test_apart import judged, open_seats, study_with_a_model
from tests.factories import make_member
from tests.webapp.api.client import Api
from tests.webapp.pages.cast import client_of
from tests.webapp.pages.test_studies import queries_of
from webapp.pages.apart import WIDTH, cards_of

pytestmark = pytest.mark.django_db
ASK = "Ask for 2 more votes on each of these 2 regions"


def test_each_region_has_its_picture_both_marks_and_words() -> None:
    study = study_with_a_model()
    first, second = judged(study, blur=0.5), judged(study, quality=1.0)
    path = f"/studies/{study.slug}/models/apart"

    pages = [client_of(make_member(study, role)).get(path).content.decode() for role in (Role.REVIEWER, Role.MANAGER)]

    for page in pages:
        assert page.index(f"/regions/{first.pk}/preview") < page.index(f"/regions/{second.pk}/preview")
        assert page.count("People 5.0 (2 votes), the model 0.5") == 1
        assert page.count("People 3.0 (2 votes), the model 1.0") == 1
    assert [page.count(ASK) for page in pages] == [0, 1]


def test_marks_lie_on_the_scale() -> None:
    study = study_with_a_model()
    judged(study, blur=0.5)
    judged(study, quality=1.0)
    blur, quality = cards_of(apart_in(study)[0])

    assert (blur.model, blur.people, blur.lowest, blur.highest) == (WIDTH / 10, WIDTH, "extreme", "non-existent")
    assert (quality.left, quality.right, quality.highest) == (WIDTH / 4, WIDTH * 3 / 4, "excellent")


def test_a_manager_asks_for_more_votes_and_the_region_s_page_says_why() -> None:
    study = study_with_a_model()
    region = judged(study, quality=0.0)
    client = client_of(make_member(study, Role.MANAGER))

    answer = client.post(f"/studies/{study.slug}/models/apart/votes", follow=True).content.decode()

    assert (open_seats(region), answer.count("More votes are asked for")) == (2, 1)
    assert answer.count("Nowhere far apart") == 1
    again = client.post(f"/studies/{study.slug}/models/apart/votes", follow=True).content.decode()
    assert again.count("No region is left to ask about") == 1
    page = client.get(f"/studies/{study.slug}/labels/disputes/{region.pk}").content.decode()
    assert page.count("Quality: the model says something else") == 1


def test_the_page_costs_the_same_however_many_regions() -> None:
    study = study_with_a_model()
    manager = client_of(make_member(study, Role.MANAGER))
    judged(study, quality=0.0)
    few = queries_of(manager, f"/studies/{study.slug}/models/apart")
    for _ in range(4):
        judged(study, quality=0.0)

    assert queries_of(manager, f"/studies/{study.slug}/models/apart") == few


def test_programs_read_the_same_and_ask() -> None:
    study = study_with_a_model()
    region = judged(study, quality=1.0)
    ada: User = make_member(study, Role.MANAGER)

    found = Api(ada).get(f"studies/{study.slug}/apart").json()
    asked = Api(ada).post(f"studies/{study.slug}/apart")

    one = {"region": region.pk, "votes": 2, "scale": "quality", "model": 1.0, "people": 3.0}
    assert found == {"count": 1, "regions": [one]}
    assert (asked.status_code, asked.json(), SeatRequest.objects.count()) == (201, {"seats": 2}, 1)
