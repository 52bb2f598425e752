"""The live board for programs: the page's numbers, the same for 3 people and for 23."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotation.enums import Role
from annotation.models import Exam, Membership, Sitting, Study, User
from tests.annotation.actions.sitters import make_check, make_protocol
from tests.factories import cast, make_member, make_region
from tests.webapp.api.client import Api

pytestmark = pytest.mark.django_db
URL = "studies/birds/board"


@pytest.fixture
def ada(study: Study) -> User:
    return make_member(study, Role.MANAGER, "ada")


def test_it_says_who_is_at_what_and_how_far_the_study_is(study: Study, ben: User, ada: User) -> None:
    make_protocol(study)
    cast(make_region(study), ben)
    make_region(study)
    eve = make_member(study, name="eve")
    Sitting.objects.create(study=study, annotator=eve, number=1, seats=4)
    Sitting.objects.update(started_at=timezone.now() - timedelta(hours=3), last_at=timezone.now() - timedelta(hours=2))
    make_check(study, ben, passed=False)
    Exam.objects.create(study=study, annotator=ben, kind="exam", codebook=1, regions=10, answered=4)

    board = Api(ada).get(URL).json()

    wanted = study.votes_wanted
    assert (board["seats_wanted"], board["seats_taken"], board["votes_today"]) == (2 * wanted, 1, 1)
    assert [(one["username"], one["state"], one["stuck"]) for one in board["people"]] == [
        ("eve", "stuck", "silent"),
        (ben.username, "rating", ""),
    ]
    stuck, rating = board["people"]
    assert (rating["votes"], rating["votes_today"], rating["votes_by_day"][-2:]) == (1, 1, [0, 1])
    assert (rating["check"]["passed"], rating["exam"]["answered"], rating["training"]) == (False, 4, None)
    assert (stuck["check"], stuck["exam"], stuck["last_vote_at"], stuck["repeats"]) == (None, None, None, None)
    assert rating["pseudonym"] == Membership.objects.get(user=ben).pseudonym


def test_it_costs_the_same_whatever_the_number_of_people(study: Study, ben: User, ada: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert Api(ada).get(URL).status_code == 200
        return len(asked)

    before = queries()
    for _ in range(20):
        make_member(study)

    assert queries() == before
