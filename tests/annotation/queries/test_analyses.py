from collections.abc import Iterator
from uuid import uuid4

import pytest

from annotation.actions.exclusions import exclude, lift
from annotation.actions.gold import mark_gold
from annotation.actions.votes import retract_vote
from annotation.enums import GoldUse, Purpose, Role
from annotation.models import Vote
from annotation.queries.analyses import forget, panel_at, state_of
from annotation.scales import SCALES
from tests.factories import cast, make_member, make_opinion, make_region, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    forget()
    yield
    forget()


def test_whatever_is_said_or_decided_is_another_state() -> None:
    study = make_study(votes_wanted=2)
    region, known = make_region(study), make_region(study)
    ada, ben = make_member(study, Role.MANAGER), make_member(study)
    states = [state_of(study)]

    vote = cast(region, ben)
    states.append(state_of(study))
    retract_vote(vote=vote, annotator=ben)
    states.append(state_of(study))
    made = exclude(study=study, annotator=ben, by=ada, reason="Asleep.")
    states.append(state_of(study))
    lift(exclusion=made, by=ada, reason="Awake.")
    states.append(state_of(study))
    for blur in (0, 1):
        mark_gold(region=known, by=ada, use=GoldUse.HIDDEN, opinion=make_opinion(blur=blur))
        states.append(state_of(study))

    assert len(set(states)) == 7
    assert state_of(study) == states[-1]


def test_another_known_answer_is_what_answers_are_held_against_from_then_on() -> None:
    study = make_study()
    region, ada, ben = make_region(study), make_member(study, Role.MANAGER), make_member(study)
    mark_gold(region=region, by=ada, use=GoldUse.HIDDEN, opinion=make_opinion(blur=1))
    said = {scale: getattr(make_opinion(blur=3), scale) for scale in SCALES}
    Vote.objects.create(
        study=study, region=region, annotator=ben, idempotency_key=uuid4(), purpose=Purpose.GOLD, surplus=True,
        duration_ms=5_000, **said,
    )  # fmt: skip
    before = panel_at(study).gold_of("blur")

    mark_gold(region=region, by=ada, use=GoldUse.HIDDEN, opinion=make_opinion(blur=4))
    after = panel_at(study).gold_of("blur")

    assert (before.level.tolist(), before.expected.tolist()) == ([3], [1])
    assert (after.level.tolist(), after.expected.tolist()) == ([3], [4])
