import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from annotation.actions.leases import lease_next
from annotation.actions.seat_numbers import number_of
from annotation.enums import Role
from annotation.models import Assignment, Membership, Study, User
from tests.annotation.actions.test_leases import expire
from tests.factories import cast, make_image, make_member, make_region
from tests.webapp.api.client import Api, ballot, error_of, program

pytestmark = pytest.mark.django_db


def test_the_next_region_says_where_to_look_and_nothing_else(study: Study, ben: User) -> None:
    region = make_region(study, make_image(study, orientation=6))

    response = program(ben, "rate").post("studies/birds/assignments", {"holding": []})

    seat = Assignment.objects.get(annotator=ben)
    body = response.json()
    assert response.status_code == 200
    assert body["answer"] == "seat"
    assert body["assignment"] | {"lease": "", "leased_until": ""} == {
        "id": number_of(seat.pk),
        "lease": "",
        "leased_until": "",
        "codebook": 1,
        "image": {
            "url": f"/api/v1/assignments/{number_of(seat.pk)}/image",
            "width": 64,
            "height": 48,
            "orientation": 6,
            "media_type": "image/png",
        },
        "region": {"rle": region.rle, "box": [10, 8, 40, 32]},
        "hint": None,
    }
    again = Api(ben).get(f"assignments/{number_of(seat.pk)}").json()
    assert again | {"lease": ""} == body["assignment"] | {"lease": ""}  # signed with the second it was asked in


def test_holding_one_seat_another_is_leased_ahead(study: Study, ben: User) -> None:
    make_region(study), make_region(study)
    first = Api(ben).post("studies/birds/assignments").json()["assignment"]

    ahead = Api(ben).post("studies/birds/assignments", {"holding": [first["id"]]}).json()["assignment"]

    assert ahead["id"] != first["id"]


def test_nothing_yet_nothing_now_all_done_and_paused_are_different_answers(study: Study, ben: User) -> None:
    def answer() -> dict[str, object]:
        return Api(ben).post("studies/birds/assignments").json()

    assert answer() == {"answer": "nothing_yet", "until": None, "assignment": None, "sitting": None}
    region = make_region(study)
    cast(region, ben)
    assert answer() == {"answer": "nothing_now", "until": None, "assignment": None, "sitting": None}
    for _ in range(study.votes_wanted - 1):
        cast(region, make_member(study))
    assert answer() == {"answer": "all_done", "until": None, "assignment": None, "sitting": None}
    Study.objects.update(status="paused")
    assert answer() == {"answer": "paused", "until": None, "assignment": None, "sitting": None}


@pytest.mark.parametrize("holding", ["1", [1.5], [True], ["1"], [1] * 101, {}])
def test_what_is_held_must_be_ids(study: Study, ben: User, holding: object) -> None:
    assert error_of(Api(ben).post("studies/birds/assignments", {"holding": holding})) == (400, "invalid")


def test_reviewers_do_not_rate(dora: User) -> None:
    assert error_of(Api(dora).post("studies/birds/assignments")) == (403, "forbidden")


def test_a_heartbeat_renews_the_lease(study: Study, ben: User) -> None:
    make_region(study)
    seat = lease_next(study=study, annotator=ben).assignment
    Assignment.objects.filter(pk=seat.pk).update(leased_until=timezone.now() + timedelta(seconds=5))

    response = Api(ben).put(f"assignments/{number_of(seat.pk)}/lease")

    seat.refresh_from_db()
    assert response.status_code == 200
    assert seat.leased_until > timezone.now() + timedelta(minutes=9)


def test_a_lost_lease_is_told_as_such(study: Study, ben: User) -> None:
    study.votes_wanted = 1
    study.save()
    make_region(study)
    seat = lease_next(study=study, annotator=ben).assignment
    expire(seat)
    lease_next(study=study, annotator=make_member(study))

    assert error_of(Api(ben).put(f"assignments/{number_of(seat.pk)}/lease")) == (409, "lease_lost")
    assert Api(ben).delete(f"assignments/{number_of(seat.pk)}/lease").status_code == 204
    assert error_of(Api(ben).get(f"assignments/{number_of(seat.pk)}")) == (404, "not_found")
    seat.refresh_from_db()
    assert seat.annotator is not None


def test_a_seat_can_be_given_back(study: Study, ben: User) -> None:
    make_region(study)
    seat = lease_next(study=study, annotator=ben).assignment

    assert Api(ben).delete(f"assignments/{number_of(seat.pk)}/lease").status_code == 204
    seat.refresh_from_db()
    assert seat.annotator is None


def test_the_picture_is_the_original_bytes_with_their_hash_and_without_their_name(study: Study, ben: User) -> None:
    image = make_image(study, b"the very bytes", name="secret name.png")
    make_region(study, image)
    seat = lease_next(study=study, annotator=ben).assignment

    response = program(ben, "rate").get(f"assignments/{number_of(seat.pk)}/image")

    assert (response.status_code, response.getvalue()) == (200, b"the very bytes")
    assert response["Content-Type"] == "image/png"
    assert response["Content-Length"] == "14"
    assert response["Content-Disposition"] == "inline"
    assert response["Cache-Control"] == "private, max-age=3600, no-transform, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["ETag"] == f'"{hashlib.sha256(b"the very bytes").hexdigest()}"'
    assert [value for _, value in response.items() if "secret name" in value] == []


def test_a_picture_the_browser_has_is_not_sent_again(study: Study, ben: User) -> None:
    make_region(study)
    seat = lease_next(study=study, annotator=ben).assignment
    api = Api(ben)
    tag = api.get(f"assignments/{number_of(seat.pk)}/image")["ETag"]
    api.headers["If-None-Match"] = tag

    again = api.get(f"assignments/{number_of(seat.pk)}/image")

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert again["Cache-Control"] == "private, max-age=3600, no-transform, immutable"


def test_a_picture_that_is_gone_from_the_store_is_a_404(study: Study, ben: User) -> None:
    image = make_image(study)
    make_region(study, image)
    seat = lease_next(study=study, annotator=ben).assignment
    image.file.delete(save=False)

    assert error_of(Api(ben).get(f"assignments/{number_of(seat.pk)}/image")) == (404, "not_found")


def test_seats_of_others_are_not_there(study: Study, ben: User) -> None:
    make_region(study)
    seat = lease_next(study=study, annotator=make_member(study)).assignment

    for path in (f"assignments/{number_of(seat.pk)}", f"assignments/{number_of(seat.pk)}/image"):
        assert error_of(Api(ben).get(path)) == (404, "not_found")


@pytest.mark.parametrize("change", [{"active": False}, {"role": Role.REVIEWER}])
def test_a_seat_is_gone_with_the_membership(study: Study, ben: User, change: dict[str, object]) -> None:
    make_region(study)
    seat = lease_next(study=study, annotator=ben).assignment
    Membership.objects.filter(user=ben).update(**change)

    for method, path in (("get", ""), ("get", "/image"), ("put", "/lease"), ("delete", "/lease")):
        assert error_of(Api(ben)(method, f"assignments/{number_of(seat.pk)}{path}")) == (404, "not_found")


def test_next_and_vote_cost_the_same_queries_on_the_first_and_on_the_last_region(
    study: Study, ben: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(4):
        make_region(study)
    api = program(ben, "rate")
    api.get("studies/birds/votes/mine")  # notes the token's use

    for _ in range(4):
        with django_assert_num_queries(9, exact=False):
            seat = api.post("studies/birds/assignments").json()["assignment"]
        with django_assert_num_queries(12, exact=False):
            api.post("votes", ballot(seat["lease"]))
