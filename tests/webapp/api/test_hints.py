"""What of a model's guess an annotator gets by HTTP: what the study's policy says, and nothing by any other route."""

import json
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from annotation.actions.leases import lease_next
from annotation.enums import PrelabelPolicy
from annotation.models import Exposure, Region, Study, User, Vote
from annotation.scales import SCALES
from tests.annotation.prelabels import make_prelabel
from tests.factories import cast, make_member, make_region, make_version
from tests.undoing import undone
from tests.webapp.api.client import Api, ballot, error_of, program
from tests.webapp.api.test_matrix import TABLE, World

pytestmark = pytest.mark.django_db
VERSION = "secret-gull-4711"
NEVER, AFTER, RANDOM = PrelabelPolicy.NEVER, PrelabelPolicy.AFTER_VOTE, PrelabelPolicy.RANDOM_ARM


def judge(study: Study, policy: str, share: float) -> None:
    """Every region has a guess of the active version."""
    version = make_version(study, name=VERSION)
    Study.objects.filter(pk=study.pk).update(prelabel_policy=policy, arm_share=share, active_version=version)
    for region in Region.objects.filter(study=study):
        make_prelabel(region, version, {"quality": 0.0, "blur": 1.0})


def hints_in(value: Any) -> list[object]:
    """Whatever stands under a key `hint`, at any depth."""
    if isinstance(value, dict):
        own = [value["hint"]] if "hint" in value else []
        return own + [one for part in value.values() for one in hints_in(part)]
    return [one for part in value for one in hints_in(part)] if isinstance(value, list) else []


@pytest.mark.parametrize("policy, share", [(NEVER, 1.0), (RANDOM, 0.0), (AFTER, 1.0)])
def test_no_route_tells_an_annotator_what_the_model_guesses(policy: str, share: float, study: Study, ben: User) -> None:
    world = World(study, ben)
    judge(study, policy, share)
    rows = [row for row in TABLE if row not in {"get schema", "post session"}]

    told = {}
    for row in rows:
        if (row, policy) == ("get votes/{id}/hint", AFTER):
            continue
        method, _, route = row.partition(" ")
        with undone():
            response = Api(ben)(method, world.path(route), world.body(TABLE[row][0]))
        if response.get("Content-Type") == "application/json":
            body = response.json()
            told[row] = (VERSION in json.dumps(body), {str(hint) for hint in hints_in(body)} - {"None"})

    assert told == dict.fromkeys(told, (False, set()))
    assert len(told) > 80


def test_the_shown_arm_gets_the_guess_with_the_seat_and_again_with_the_same_seat(study: Study, ben: User) -> None:
    make_region(study)
    judge(study, RANDOM, 1.0)

    seat = program(ben, "rate").post("studies/birds/assignments").json()["assignment"]

    assert seat["hint"]["version"].startswith(VERSION)
    assert seat["hint"]["words"] == {
        **dict.fromkeys(SCALES[:6], "non-existent"),
        "blur": "severe",
        "quality": "bad",
        "importance": "normal",
    }
    assert Api(ben).get(f"assignments/{seat['id']}").json()["hint"] == seat["hint"]
    assert Exposure.objects.count() == 1
    Api(ben).post("votes", ballot(seat["lease"]))
    assert Vote.objects.get().prelabel == Exposure.objects.get().prelabel


def test_after_the_vote_the_guess_is_there_for_the_one_who_voted(study: Study, ben: User) -> None:
    vote = cast(make_region(study), ben)
    judge(study, AFTER, 1.0)

    hint = Api(ben).get(f"votes/{vote.pk}/hint").json()["hint"]

    assert (hint["version"].startswith(VERSION), hint["words"]["quality"]) == (True, "bad")
    assert error_of(Api(make_member(study)).get(f"votes/{vote.pk}/hint")) == (404, "not_found")
    Api(ben).post(f"votes/{vote.pk}/retraction")
    assert error_of(Api(ben).get(f"votes/{vote.pk}/hint")) == (409, "retracted")


def test_where_nothing_may_be_shown_the_answer_is_null(study: Study, ben: User) -> None:
    vote = cast(make_region(study), ben)
    judge(study, NEVER, 1.0)

    assert Api(ben).get(f"votes/{vote.pk}/hint").json() == {"hint": None}


def test_a_study_that_never_shows_asks_the_database_nothing_more(
    study: Study, ben: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """As many statements as before there were policies."""
    make_region(study), make_region(study)
    judge(study, NEVER, 1.0)
    api = program(ben, "rate")
    api.post("studies/birds/assignments")

    with django_assert_num_queries(6):
        api.post("studies/birds/assignments")
    assert lease_next(study=study, annotator=ben).assignment is not None
