from uuid import uuid4

import pytest

from annotation.actions.leases import lease_next, lease_token
from annotation.models import Remark, Study, User
from tests.factories import cast, make_member, make_region
from tests.webapp.api.client import Api, error_of

pytestmark = pytest.mark.django_db


def body(study: Study, person: User, **others: object) -> dict[str, object]:
    seat = lease_next(study=study, annotator=person).assignment
    assert seat is not None
    said = {"kind": "cannot_judge", "reason": "picture", "text": "grey only"}
    return {"lease": lease_token(seat, person), "idempotency_key": str(uuid4())} | said | others


def test_a_remark_is_stored_once_and_answered_alike(study: Study, ben: User) -> None:
    make_region(study)
    said = body(study, ben)

    first, again = Api(ben).post("remarks", said), Api(ben).post("remarks", said)

    kept = Remark.objects.get()
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"created": False}
    assert (first.json()["id"], kept.kind, kept.reason, kept.text) == (kept.pk, "cannot_judge", "picture", "grey only")


@pytest.mark.parametrize(
    ("others", "code"),
    [
        ({"kind": "praise"}, "invalid"),
        ({"reason": "boredom"}, "invalid"),
        ({"reason": "other", "text": ""}, "invalid"),
        ({"text": 7}, "invalid"),
        ({"text": "half a bird: \ud83d"}, "invalid"),
        ({"lease": "made up"}, "invalid"),
        ({"lease": None}, "invalid"),
        ({"idempotency_key": "x"}, "invalid"),
        ({"region": 1}, "unknown_field"),
    ],
)
def test_what_makes_no_sense_is_refused(study: Study, ben: User, others: dict[str, object], code: str) -> None:
    make_region(study)

    assert error_of(Api(ben).post("remarks", body(study, ben, **others))) == (400, code)
    assert Remark.objects.count() == 0


def test_a_lease_of_somebody_else_opens_nothing(study: Study, ben: User) -> None:
    make_region(study)
    said = body(study, ben)

    assert error_of(Api(make_member(study)).post("remarks", said)) == (400, "invalid")


def test_the_last_votes_are_listed_and_nobody_else_s(study: Study, ben: User) -> None:
    region = make_region(study)
    cast(region, make_member(study))
    vote = cast(region, ben, quality=1)

    (listed,) = Api(ben).get("studies/birds/votes/recent").json()["votes"]

    assert (listed["id"], listed["opinion"]["quality"]) == (vote.pk, 1)
    assert Api(ben).get(f"assignments/{listed['assignment']}").json()["id"] == listed["assignment"]
