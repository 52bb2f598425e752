"""The journal by the API: filters, pages, and nothing for those who do not manage."""

import pytest

from annotation.actions.deeds import note
from annotation.enums import DeedKind
from annotation.models import Membership, Study, User
from tests.webapp.api.client import Api, error_of

pytestmark = pytest.mark.django_db
PATH = "studies/birds/journal"


@pytest.fixture
def pauses(study: Study, ada: User, ben: User) -> None:
    for kind in (DeedKind.MEMBER_PAUSED, DeedKind.MEMBER_RESUMED) * 3:
        note(study_id=study.pk, kind=kind, by=ada, whom_id=ben.pk)


def kinds(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    return [line["kind"] for line in answer["results"]]


def test_a_change_by_the_api_is_a_line_of_the_journal(study: Study, ada: User) -> None:
    Api(ada).patch("studies/birds", {"lease_minutes": 25})

    line = Api(ada).get(PATH, {"kind": "setting_changed"}).json()["results"][0]

    assert {name: line[name] for name in line if name != "at"} == {
        "topic": "study", "kind": "setting_changed", "by": ada.username, "whom": None, "subject": "lease_minutes",
        "target": None, "before": str(study.lease_minutes), "after": "25", "count": 1,
    }  # fmt: skip


@pytest.mark.usefixtures("pauses")
def test_pages_there_and_back(ada: User) -> None:
    whole = Api(ada).get(PATH, {"kind": "member_paused"}).json()
    first = Api(ada).get(PATH, {"limit": "2", "kind": "member_paused"}).json()
    second = Api(ada).get(first["next"]).json()
    back = Api(ada).get(second["previous"]).json()

    assert (whole["next"], whole["previous"], len(whole["results"])) == (None, None, 3)
    assert [len(page["results"]) for page in (first, second, back)] == [2, 1, 2]
    assert first["results"] + second["results"] == whole["results"]
    assert (first["previous"], second["next"], back["previous"]) == (None, None, None)
    assert back["results"] == first["results"]


@pytest.mark.usefixtures("pauses")
def test_filters(study: Study, ada: User, ben: User) -> None:
    newest = Api(ada).get(PATH, {"limit": "1"}).json()["results"][0]["at"]
    bens = str(Membership.objects.get(study=study, user=ben).pk)

    assert set(kinds(Api(ada).get(PATH, {"topic": "people"}).json())) == {
        "member_paused", "member_resumed", "member_added",
    }  # fmt: skip
    assert kinds(Api(ada).get(PATH, {"topic": "model", "kind": "member_paused"}).json()) == []
    assert kinds(Api(ada).get(PATH, {"since": newest}).json()) == ["member_resumed"]
    assert kinds(Api(ada).get(PATH, {"until": "2020-01-01T00:00:00Z"}).json()) == []
    assert {line["whom"] for line in Api(ada).get(PATH, {"member": bens}).json()["results"]} == {ben.username}


@pytest.mark.parametrize(
    "query",
    [
        {"kind": "nothing"}, {"topic": "x"}, {"since": "yesterday"}, {"since": "2026-13-01T00:00:00Z"},
        {"cursor": "x"}, {"cursor": "after-1"}, {"cursor": "after-1.2.3.4"}, {"limit": "0"}, {"member": "ada"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(ada: User, study: Study, query: dict[str, str]) -> None:
    assert error_of(Api(ada).get(PATH, query)) == (400, "bad_filter")


def test_a_member_of_another_study_is_nobody(ada: User, study: Study) -> None:
    assert Api(ada).get(PATH, {"member": "999999"}).status_code == 404
