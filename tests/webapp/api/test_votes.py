from uuid import uuid4

import pytest

from annotation.actions.codebooks import publish_codebook
from annotation.actions.leases import lease_next, lease_token
from annotation.actions.seat_numbers import number_of
from annotation.enums import Role
from annotation.models import Assignment, Membership, Study, User, Vote
from tests.annotation.actions.test_leases import expire
from tests.factories import cast, make_member, make_region, make_study
from tests.webapp.api.client import OPINION, Api, ballot, error_of, program

pytestmark = pytest.mark.django_db


def lease_of(study: Study, person: User) -> tuple[Assignment, str]:
    seat = lease_next(study=study, annotator=person).assignment
    assert seat is not None
    return seat, lease_token(seat, person)


def test_a_vote_is_stored_with_its_facts(study: Study, ben: User) -> None:
    region = make_region(study)
    _, lease = lease_of(study, ben)

    response = program(ben, "rate").post("votes", ballot(lease))

    vote = Vote.objects.get()
    assert response.status_code == 201
    assert response.json() | {"created_at": None} == {
        "id": vote.pk, "created": True, "late": False, "surplus": False, "created_at": None,
    }  # fmt: skip
    assert (vote.region, vote.annotator, vote.blur, vote.quality) == (region, ben, 2, 3)
    assert (vote.duration_ms, vote.device_pixel_ratio, vote.viewport_height, vote.client) == (9000, 2.0, None, "tests")


def test_the_same_key_is_answered_with_the_first_vote(study: Study, ben: User) -> None:
    make_region(study)
    _, lease = lease_of(study, ben)
    same = ballot(lease)

    first, again = Api(ben).post("votes", same), Api(ben).post("votes", same | {"opinion": OPINION | {"quality": 0}})

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"created": False}
    assert Vote.objects.get().quality == 3


def test_a_late_vote_is_kept_and_flagged(study: Study, ben: User) -> None:
    make_region(study)
    seat, lease = lease_of(study, ben)
    expire(seat)
    eve = make_member(study)
    lease_next(study=study, annotator=eve)

    said = Api(ben).post("votes", ballot(lease)).json()

    assert (said["late"], said["surplus"]) == (True, False)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"lease": 7}, "lease must be the text that came with the assignment."),
        ({"lease": "made:up:one"}, "The lease is not one this server gave out; ask for the next assignment."),
        ({"lease": "\ud800"}, "The lease is not one this server gave out; ask for the next assignment."),
        ({"idempotency_key": "one"}, "idempotency_key must be a UUID made by the client."),
        ({"opinion": [1]}, "opinion must be an object of eight whole numbers."),
        ({"opinion": OPINION | {"quality": 5}}, "quality must be a whole number from 0 to 4, not 5."),
        ({"opinion": {scale: 1 for scale in OPINION if scale != "blur"}}, "The opinion lacks blur."),
        ({"facts": {}}, "facts lacks duration_ms."),
        ({"facts": 3}, "facts must be an object with at least duration_ms."),
        ({"facts": {"duration_ms": -1}}, "duration_ms must be a whole number from 0 to 2147483647, not -1."),
        ({"facts": {"duration_ms": True}}, "duration_ms must be a whole number from 0 to 2147483647, not True."),
        (
            {"facts": {"duration_ms": 1, "device_pixel_ratio": 1e300}},
            "device_pixel_ratio must be a number above 0 and at most 100, not 1e+300.",
        ),
        ({"facts": {"duration_ms": 1, "client": "a\x00b"}}, "client must be at most 200 printable characters."),
        ({"extra": 1}, "Unknown: extra. Known: lease, idempotency_key, opinion, facts."),
    ],
)
def test_a_ballot_that_makes_no_sense_is_refused_with_the_reason(
    study: Study, ben: User, change: dict[str, object], message: str
) -> None:
    make_region(study)
    _, lease = lease_of(study, ben)

    response = Api(ben).post("votes", ballot(lease) | change)

    assert response.status_code == 400
    assert response.json()["error"]["message"] == message
    assert Vote.objects.count() == 0


def test_somebody_else_s_lease_is_refused(study: Study, ben: User) -> None:
    make_region(study)
    _, lease = lease_of(study, ben)

    response = Api(make_member(study)).post("votes", ballot(lease))

    assert error_of(response) == (400, "invalid")
    assert response.json()["error"]["message"] == "The lease belongs to somebody else."


@pytest.mark.parametrize("change", [{"active": False}, {"role": Role.REVIEWER}])
def test_a_lease_is_worth_nothing_after_leaving_the_study(study: Study, ben: User, change: dict[str, object]) -> None:
    make_region(study)
    _, lease = lease_of(study, ben)
    Membership.objects.filter(user=ben).update(**change)

    assert error_of(Api(ben).post("votes", ballot(lease))) == (404, "not_found")
    assert Vote.objects.count() == 0


def test_a_second_vote_on_a_region_and_a_reused_key_are_conflicts(study: Study, ben: User) -> None:
    make_region(study), make_region(study)
    _, first = lease_of(study, ben)
    key = str(uuid4())
    Api(ben).post("votes", ballot(first, idempotency_key=key))
    _, second = lease_of(study, ben)

    assert error_of(Api(ben).post("votes", ballot(first))) == (409, "already_voted")
    assert error_of(Api(ben).post("votes", ballot(second, idempotency_key=key))) == (409, "key_reused")


def test_my_votes_are_mine_alone_newest_first(study: Study, ben: User) -> None:
    one, other = make_region(study), make_region(study)
    cast(one, make_member(study), quality=0)
    cast(make_region(make_study()), ben)
    first, second = cast(one, ben, quality=1), cast(other, ben, quality=2)

    page = Api(ben).get("studies/birds/votes/mine").json()

    assert [vote["id"] for vote in page["results"]] == [second.pk, first.pk]
    assert page["results"][1]["opinion"]["quality"] == 1
    assert page["results"][1]["assignment"] == number_of(first.assignment.pk)
    assert sorted(page["results"][0]) == [
        "assignment", "created_at", "duration_ms", "id", "late", "opinion", "retracted_at", "surplus",
    ]  # fmt: skip


def test_a_vote_of_mine_can_be_taken_back_once(study: Study, ben: User) -> None:
    vote = cast(make_region(study), ben)

    first = Api(ben).post(f"votes/{vote.pk}/retraction")
    again = Api(ben).post(f"votes/{vote.pk}/retraction")

    vote.refresh_from_db()
    assert first.status_code == 200
    assert vote.retracted_at is not None
    assert error_of(again) == (409, "retracted")


def test_nobody_takes_back_the_vote_of_another(study: Study, ben: User) -> None:
    vote = cast(make_region(study), ben)

    assert error_of(Api(make_member(study, Role.MANAGER)).post(f"votes/{vote.pk}/retraction")) == (404, "not_found")
    vote.refresh_from_db()
    assert vote.retracted_at is None


def test_a_vote_says_the_guidelines_that_the_region_was_handed_out_with(study: Study, ben: User) -> None:
    ada = make_member(study, "manager")
    for _ in range(2):
        make_region(study)
    before = Api(ben).post("studies/birds/assignments", {}).json()["assignment"]
    publish_codebook(study=study, guidelines="Look twice.", by=ada, correction=False, number=1)
    after = Api(ben).post("studies/birds/assignments", {"holding": [before["id"]]}).json()["assignment"]

    for seat in (before, after):
        Api(ben).post("votes", ballot(seat["lease"]))

    assert [before["codebook"], after["codebook"]] == [1, 2]
    assert list(Vote.objects.order_by("pk").values_list("codebook", flat=True)) == [1, 2]


def test_a_lease_of_before_leases_knew_the_guidelines_is_as_good(study: Study, ben: User) -> None:
    make_region(study)
    _, lease = lease_of(study, ben)
    publish_codebook(
        study=study, guidelines="Look twice.", by=make_member(study, "manager"), correction=False, number=1
    )

    Api(ben).post("votes", ballot(lease))

    assert Vote.objects.get().codebook == 2
