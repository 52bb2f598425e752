import pytest

from annotation.enums import Role
from annotation.models import Assignment, Membership, Study, User
from tests.factories import cast, make_member, make_region, make_user
from tests.webapp.api.client import Api, error_of

pytestmark = pytest.mark.django_db


def test_staff_make_a_study_and_manage_it() -> None:
    staff = make_user(is_staff=True)

    response = Api(staff).post("studies", {"name": "Birds", "slug": "birds", "votes_wanted": 5, "guidelines": "# Look"})

    study = Study.objects.get()
    assert response.status_code == 201
    assert response.json()["settings"]["votes_wanted"] == study.votes_wanted == 5
    assert (response.json()["role"], response.json()["guidelines"]) == ("manager", "# Look")
    assert study.memberships.get().user == staff


@pytest.mark.parametrize(
    "change, expected",
    [
        ({"slug": "birds"}, (409, "slug_taken")),
        ({"slug": "no spaces"}, (400, "invalid")),
        ({"votes_wanted": 100}, (400, "invalid")),
        ({"seed": 3}, (400, "unknown_field")),
    ],
)
def test_a_study_that_cannot_be_is_not_made(study: Study, change: dict[str, object], expected: tuple[int, str]) -> None:
    response = Api(make_user(is_staff=True)).post("studies", {"name": "New", "slug": "new"} | change)

    assert error_of(response) == expected
    assert Study.objects.count() == 1


def test_a_study_like_another(study: Study) -> None:
    staff = make_member(study, Role.MANAGER)
    User.objects.filter(pk=staff.pk).update(is_staff=True)
    Study.objects.filter(pk=study.pk).update(votes_wanted=9, lease_minutes=20)
    staff.refresh_from_db()

    response = Api(staff).post(
        "studies", {"name": "N", "slug": "n", "like": "birds", "lease_minutes": 5, "with_people": True}
    )

    assert response.status_code == 201
    settings = response.json()["settings"]
    assert (settings["votes_wanted"], settings["lease_minutes"]) == (9, 5)
    assert Membership.objects.filter(study__slug="n").count() == Membership.objects.filter(study=study).count()


@pytest.mark.parametrize(
    "change, expected",
    [
        ({"like": "birds"}, (404, "not_found")),
        ({"like": "none"}, (404, "not_found")),
        ({"with_people": True}, (400, "invalid")),
    ],
)
def test_a_pattern_that_is_not_mine_is_none(study: Study, change: dict[str, object], expected: tuple[int, str]) -> None:
    response = Api(make_user(is_staff=True)).post("studies", {"name": "New", "slug": "new"} | change)

    assert error_of(response) == expected
    assert Study.objects.count() == 1


def test_a_manager_changes_settings_and_the_rules_follow(study: Study, ada: User) -> None:
    region = make_region(study)
    cast(region, make_member(study))

    response = Api(ada).patch("studies/birds", {"votes_wanted": 1, "status": "paused", "name": "Rare birds"})

    study.refresh_from_db()
    assert response.status_code == 200
    assert (study.votes_wanted, study.status, study.name) == (1, "paused", "Rare birds")
    assert region.label.status == "settled"
    assert Assignment.objects.filter(region=region).count() == 1


def test_a_bad_setting_is_named_and_changes_nothing(study: Study, ada: User) -> None:
    response = Api(ada).patch("studies/birds", {"name": "New", "lease_minutes": 0})

    assert response.json()["error"]["fields"] == {"lease_minutes": ["Ensure this value is greater than or equal to 1."]}
    study.refresh_from_db()
    assert study.name != "New"


def test_an_annotator_sees_guidelines_but_no_settings(study: Study, ben: User) -> None:
    Study.objects.update(guidelines="Look closely.")

    body = Api(ben).get("studies/birds").json()

    assert (body["guidelines"], body["settings"], body["role"]) == ("Look closely.", None, "annotator")


def test_progress_is_everybody_s_for_overseers_and_one_s_own_for_annotators(study: Study, ada: User, ben: User) -> None:
    region = make_region(study)
    cast(region, ben)
    cast(region, make_member(study))

    whole, own = Api(ada).get("studies/birds/progress").json(), Api(ben).get("studies/birds/progress").json()

    assert (whole["study"]["votes"], whole["study"]["seats"], len(whole["study"]["paces"])) == (2, 7, 2)
    assert ben.username in [pace["username"] for pace in whole["study"]["paces"]]
    reviewed = Api(make_member(study, Role.REVIEWER)).get("studies/birds/progress").json()
    assert [pace["username"] for pace in reviewed["study"]["paces"]] == [None, None]
    assert own == {"own": {"votes": 1, "votes_last_day": 1, "median_ms": 12000, "open_seats": True}, "study": None}


def test_a_manager_adds_a_member_and_changes_the_role(study: Study, ada: User) -> None:
    make_user("eve")

    first = Api(ada).post("studies/birds/members", {"username": "eve", "role": "annotator"})
    second = Api(ada).post("studies/birds/members", {"username": "eve", "role": "reviewer"})

    assert (first.status_code, second.status_code, second.json()["role"]) == (200, 200, "reviewer")
    assert Membership.objects.get(user__username="eve").role == Role.REVIEWER


@pytest.mark.parametrize(
    "body, expected",
    [
        ({"username": "nobody", "role": "annotator"}, (400, "unknown_person")),
        ({"username": "eve", "role": "king"}, (400, "invalid")),
        ({"username": "eve"}, (400, "invalid")),
    ],
)
def test_a_member_that_cannot_be_is_refused(ada: User, body: dict[str, str], expected: tuple[int, str]) -> None:
    make_user("eve")

    assert error_of(Api(ada).post("studies/birds/members", body)) == expected
    assert Membership.objects.count() == 1


def test_removing_a_member_keeps_their_votes_and_nobody_removes_themselves(study: Study, ada: User, ben: User) -> None:
    cast(make_region(study), ben)
    own, other = study.memberships.get(user=ada), study.memberships.get(user=ben)

    assert Api(ada).delete(f"studies/birds/members/{other.pk}").status_code == 204
    assert error_of(Api(ada).delete(f"studies/birds/members/{own.pk}")) == (409, "own_membership")
    assert error_of(Api(ben).get("studies/birds")) == (404, "not_found")
    assert ben.votes.count() == 1


def test_a_member_of_another_study_is_not_there(ada: User, cleo: User) -> None:
    other = Membership.objects.get(user=cleo)

    assert error_of(Api(ada).delete(f"studies/birds/members/{other.pk}")) == (404, "not_found")
    other.refresh_from_db()
    assert other.active is True
