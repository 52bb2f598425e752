"""What managers do to a study and its people through the API."""

from uuid import uuid4

import pytest
from django.test import Client

from annotation.models import Invitation, Membership, Message, Protocol, Remark, Study, User
from tests.factories import make_region, make_study
from tests.webapp.api.client import Api, error_of, program

pytestmark = pytest.mark.django_db


def test_a_link_made_by_a_program_lets_somebody_in(study: Study, ada: User) -> None:
    made = program(ada, "manage").post("studies/birds/invitations", {"uses_at_most": 3, "note": "Class"}).json()

    assert (made["uses"], made["uses_at_most"], made["note"], made["role"]) == (0, 3, "Class", "annotator")
    assert Client().get(made["link"].removeprefix("http://testserver")).status_code == 200
    listed = Api(ada).get("studies/birds/invitations").json()["results"]
    assert [set(one) & {"link", "digest", "token"} for one in listed] == [set()]
    gone = Api(ada).post(f"invitations/{made['id']}/revocation").json()
    assert gone["revoked_at"] == Invitation.objects.get().revoked_at.isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("wrong", [{"role": "manager"}, {"uses_at_most": 0}, {"days": 1000}, {"token": "x"}])
def test_a_link_that_makes_no_sense_is_not_made(study: Study, ada: User, wrong: dict[str, object]) -> None:
    assert Api(ada).post("studies/birds/invitations", wrong).status_code == 400
    assert Invitation.objects.count() == 0


def test_pause_and_limits_change_what_is_named(study: Study, ada: User, ben: User) -> None:
    path = f"studies/birds/members/{Membership.objects.get(user=ben).pk}"
    Api(ada).patch(path, {"votes_at_most": 90, "votes_per_day": 30})
    shape = Api(ada).patch(path, {"paused": True, "votes_per_day": None}).json()

    assert (shape["paused"], shape["votes_at_most"], shape["votes_per_day"]) == (True, 90, None)
    assert error_of(Api(ada).patch(path, {"votes_at_most": 0}))[0] == 400
    assert error_of(Api(ada).patch(path, {"role": "manager"})) == (400, "unknown_field")


def test_a_member_of_another_study_is_not_there(study: Study, ada: User, cleo: User) -> None:
    other = Membership.objects.get(user=cleo)

    assert Api(ada).patch(f"studies/birds/members/{other.pk}", {"paused": True}).status_code == 404
    assert Api(ada).post("studies/birds/messages", {"text": "x", "member": other.pk}).status_code == 404


def test_a_message_is_read_and_counted(study: Study, ada: User, ben: User) -> None:
    Membership.objects.update(created_at="2020-01-01T00:00Z")
    sent = Api(ada).post("studies/birds/messages", {"text": "Closed tomorrow."}).json()
    before = Api(ben).get("studies/birds/messages/mine").json()["results"]

    Api(ben).put(f"messages/{sent['id']}/reading")

    assert (sent["to"], sent["read"], sent["of"]) == (None, 0, 1)
    assert [(one["text"], one["read"]) for one in before] == [("Closed tomorrow.", False)]
    assert [one["read"] for one in Api(ben).get("studies/birds/messages/mine").json()["results"]] == [True]
    assert [one["read"] for one in Api(ada).get("studies/birds/messages").json()["results"]] == [1]
    assert Message.objects.count() == 1


def test_a_protocol_is_set_as_a_whole_and_dropped(study: Study, ada: User) -> None:
    api = Api(ada)
    none = api.get("studies/birds/protocol").json()
    first = api.put("studies/birds/protocol", {"warm_up": 7}).json()["protocol"]
    second = api.put("studies/birds/protocol", {"gold_every": 20}).json()["protocol"]

    assert none == {"protocol": None}
    assert (first["warm_up"], second["warm_up"], second["gold_every"]) == (7, 3, 20)
    assert error_of(api.put("studies/birds/protocol", {"sitting_minutes": 0})) == (400, "invalid")
    assert api.put("studies/birds/protocol", {"warm_up": 21}).status_code == 400
    assert Protocol.objects.get().gold_every == 20
    api.delete("studies/birds/protocol")
    assert Protocol.objects.count() == 0


def test_remarks_are_listed_by_pseudonym_and_seen_to(study: Study, dora: User, ben: User) -> None:
    region = make_region(study)
    elsewhere = make_region(make_study())
    values = {"annotator": ben, "kind": "flag", "idempotency_key": uuid4()}
    kept = Remark.objects.create(study=study, region=region, reason="small", **values)
    values["idempotency_key"] = uuid4()
    foreign = Remark.objects.create(study=elsewhere.study, region=elsewhere, reason="small", **values)

    listed = Api(dora).get("studies/birds/remarks", {"reason": "small"}).json()["results"]
    seen = Api(dora).put(f"remarks/{kept.pk}/handling")

    assert [(one["id"], one["annotator"]) for one in listed] == [(kept.pk, Membership.objects.get(user=ben).pseudonym)]
    assert seen.json()["handled_at"] is not None
    assert Api(dora).get("studies/birds/remarks", {"kind": "cannot_judge"}).json()["results"] == []
    assert Api(dora).put(f"remarks/{foreign.pk}/handling").status_code == 404
