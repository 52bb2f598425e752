"""What a region is for shows nowhere: a hidden repeat, gold and a warm-up look like ordinary work on every route."""

import json
import re
from collections.abc import Callable
from statistics import mean

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotation.actions.leases import lease_next
from annotation.actions.seat_numbers import pk_of
from annotation.enums import Purpose
from annotation.models import Assignment, Label, Protocol, Study, User, Vote
from tests.annotation.actions.sitters import let_pass, make_gold, make_protocol
from tests.factories import cast, make_member, make_region
from tests.webapp.api.client import Api, ballot

pytestmark = pytest.mark.django_db

NEXT = "studies/birds/assignments"
HIDDEN = (Purpose.WARM_UP, Purpose.REPEAT, Purpose.GOLD)


def shape(value: object) -> object:
    """Names and kinds of everything in it, with numbers and times taken out of its texts."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    if isinstance(value, list):
        return [shape(one) for one in value]
    return re.sub(r"\d+", "0", value) if isinstance(value, str) and value.startswith("/") else type(value).__name__


@pytest.fixture
def busy(study: Study) -> Study:
    """Every fourth region is gold, every fifth a repeat; sittings begin with two to warm up."""
    make_protocol(study, warm_up=2, gold_every=4, repeat_share=0.2, repeat_gap=2, sitting_minutes=30)
    study.votes_wanted = 1
    study.save()
    eve = make_member(study)
    for _ in range(4):
        cast(make_region(study), eve)
        make_gold(study)
    for _ in range(40):
        make_region(study)
    return study


Seats = list[tuple[Purpose, dict[str, object]]]


def rate(ben: User, times: int, watch: Callable[[Purpose, dict[str, object]], None] = lambda *_: None) -> Seats:
    """Asks and votes by the API. `watch` gets each seat before the vote."""
    given = []
    for _ in range(times):
        body = Api(ben).post(NEXT).json()
        purpose = Purpose(Assignment.objects.get(pk=pk_of(body["assignment"]["id"])).purpose)
        watch(purpose, body["assignment"])
        given.append((purpose, body))
        Api(ben).post("votes", ballot(body["assignment"]["lease"]))
        let_pass(seconds=1)
    return given


def test_every_kind_of_region_comes_in_the_same_words(busy: Study, ben: User) -> None:
    given = rate(ben, 30)

    kinds = {purpose for purpose, _ in given}
    shapes = {json.dumps(shape(body), sort_keys=True) for _, body in given}
    assert kinds == {Purpose.LABEL, *HIDDEN}
    assert len(shapes) == 1
    assert [body["sitting"]["position"] for _, body in given] == list(range(1, 31))
    assert {len(body["assignment"]["lease"]) // 8 for _, body in given} <= set(range(10, 20))


def test_the_numbers_of_seats_do_not_rise_with_what_was_made_late(busy: Study, ben: User) -> None:
    given = rate(ben, 36)

    ordinary = [body["assignment"]["id"] for purpose, body in given if purpose == Purpose.LABEL]
    hidden = [body["assignment"]["id"] for purpose, body in given if purpose != Purpose.LABEL]
    spread = 2**48
    assert min(len(ordinary), len(hidden)) > 8
    assert abs(mean(ordinary) - mean(hidden)) < 0.45 * spread  # of 9 and 27 that are drawn, 1 in 20,000 is not
    assert min(hidden) < max(ordinary)
    assert min(ordinary) < max(hidden)


def test_every_other_route_treats_them_alike(busy: Study, ben: User) -> None:
    seen: dict[str, set[str]] = {}

    def look(purpose: Purpose, seat: dict[str, object]) -> None:
        api, here = Api(ben), f"assignments/{seat['id']}"
        answers = [api.get(here), api.get(f"{here}/image"), api.put(f"{here}/lease"), api.post("votes", {"lease": "x"})]
        said = [
            (
                answer.status_code,
                sorted(answer.headers),
                shape(answer.json()) if "json" in answer["Content-Type"] else "",
            )
            for answer in answers
        ]
        seen.setdefault(json.dumps(said), set()).add(purpose)

    rate(ben, 24, look)

    assert list(seen.values()) == [{Purpose.LABEL, *HIDDEN}]


def test_votes_are_answered_and_listed_alike(busy: Study, ben: User) -> None:
    rate(ben, 20)
    last = Api(ben).post(NEXT).json()["assignment"]
    answers = [Api(ben).post("votes", ballot(last["lease"])) for _ in range(2)]

    mine = Api(ben).get("studies/birds/votes/mine", {"limit": "50"}).json()["results"]
    recent = Api(ben).get("studies/birds/votes/recent").json()["votes"]
    assert [answer.status_code for answer in answers] == [201, 409]
    assert len({json.dumps(shape(vote)) for vote in (*mine, *recent)}) == 1
    assert len(mine) == Vote.objects.filter(annotator=ben).count() == 21
    assert {(vote["late"], vote["surplus"]) for vote in mine} == {(False, False)}
    assert [vote["id"] for vote in mine] == sorted((vote["id"] for vote in mine), reverse=True)
    assert Api(ben).get("studies/birds/progress").json()["own"]["votes"] == 21


def test_a_seat_given_back_is_gone_whatever_it_was_for(busy: Study, ben: User) -> None:
    gone: dict[tuple[int, ...], set[str]] = {}

    def give_back(purpose: Purpose, seat: dict[str, object]) -> None:
        here, api = f"assignments/{seat['id']}", Api(ben)
        steps = (api.delete(f"{here}/lease"), api.get(here), api.put(f"{here}/lease"), api.delete(f"{here}/lease"))
        gone.setdefault(tuple(step.status_code for step in steps), set()).add(purpose)

    rate(ben, 30, give_back)

    assert gone == {(204, 404, 409, 204): {Purpose.LABEL, *HIDDEN}}


def test_asking_and_voting_take_about_as_many_statements(busy: Study, ben: User) -> None:
    asked: dict[str, set[int]] = {}
    voted: dict[str, set[int]] = {}
    for _ in range(30):
        with CaptureQueriesContext(
            connection,
        ) as asking:
            body = Api(ben).post(NEXT).json()
        purpose = Assignment.objects.get(pk=pk_of(body["assignment"]["id"])).purpose
        with CaptureQueriesContext(connection) as voting:
            Api(ben).post("votes", ballot(body["assignment"]["lease"]))
        asked.setdefault(purpose, set()).add(len(asking))
        voted.setdefault(purpose, set()).add(len(voting))
        let_pass(seconds=1)

    for counts in (
        set().union(*(asked[kind] for kind in (Purpose.LABEL, Purpose.REPEAT, Purpose.GOLD))),
        set().union(*voted.values()),
    ):
        assert max(counts) - min(counts) <= 2


def test_both_kinds_of_check_are_looked_for_whatever_comes_of_it(busy: Study, ben: User) -> None:
    looked: dict[str, set[tuple[bool, bool]]] = {}
    for _ in range(30):
        with CaptureQueriesContext(connection) as asking:
            body = Api(ben).post(NEXT).json()
        statements = [one["sql"] for one in asking.captured_queries]
        kinds = tuple(
            any(table in sql for sql in statements) for table in ("FROM annotation_gold gold", "vote.purpose = 'label'")
        )
        purpose = Assignment.objects.get(pk=pk_of(body["assignment"]["id"])).purpose
        looked.setdefault(purpose, set()).add(kinds)
        Api(ben).post("votes", ballot(body["assignment"]["lease"]))
        let_pass(seconds=1)

    wanted = {(True, True)}
    assert (looked[Purpose.LABEL], looked[Purpose.REPEAT], looked[Purpose.GOLD]) == (wanted, wanted, wanted)


def test_a_check_s_vote_does_a_label_s_work_and_leaves_no_trace_of_it(busy: Study, ben: User) -> None:
    traces: dict[str, set[bool]] = {}
    for _ in range(30):
        body = Api(ben).post(NEXT).json()
        purpose = Assignment.objects.get(pk=pk_of(body["assignment"]["id"])).purpose
        before = list(Label.objects.order_by("pk").values())
        with CaptureQueriesContext(connection) as voting:
            Api(ben).post("votes", ballot(body["assignment"]["lease"]))
        assert any("annotation_adjudication decided" in one["sql"] for one in voting.captured_queries)
        traces.setdefault(purpose, set()).add(list(Label.objects.order_by("pk").values()) != before)
        let_pass(seconds=1)

    assert traces == {Purpose.LABEL: {True}, **{kind: {False} for kind in HIDDEN}}


def test_a_remark_takes_any_region_away(busy: Study, ben: User) -> None:
    said: dict[int, set[str]] = {}

    for number in range(16):
        body = Api(ben).post(NEXT).json()["assignment"]
        purpose = Assignment.objects.get(pk=pk_of(body["id"])).purpose
        key = f"00000000-0000-4000-8000-{number:012}"
        remark = {"lease": body["lease"], "idempotency_key": key, "kind": "cannot_judge", "reason": "small"}
        said.setdefault(Api(ben).post("remarks", remark).status_code, set()).add(purpose)
        assert Api(ben).post(NEXT).json()["assignment"]["id"] != body["id"]
        let_pass(seconds=1)

    assert list(said) == [201]


def test_a_study_without_a_protocol_is_asked_for_nothing_more(
    study: Study, ben: User, django_assert_num_queries: Callable[[int], CaptureQueriesContext]
) -> None:
    make_region(study), make_region(study)
    lease_next(study=study, annotator=ben)

    with django_assert_num_queries(
        5
    ):  # savepoint, member with protocol, own seats, seat held, release of the savepoint
        lease_next(study=study, annotator=ben)
    assert Protocol.objects.count() == 0
