"""Turns under races: real threads, real connections, real commits."""

import threading
from collections import Counter
from uuid import uuid4

import pytest
from django.db import connection

from annotation.actions.leases import Answer, lease_next
from annotation.actions.turns import deal_turns
from annotation.actions.versions import promote
from annotation.actions.votes import cast_vote
from annotation.models import Assignment, Study, User
from tests.annotation.actions.test_races import audit, in_threads
from tests.annotation.actions.test_turns import judged_study
from tests.factories import FACTS, make_member, make_opinion, make_version

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.mark.parametrize("seed", range(3))
def test_a_seat_with_a_turn_is_given_to_one_person(seed: int) -> None:
    study = judged_study(60)
    deal_turns(study=study, seed=seed)
    people = [make_member(study) for _ in range(24)]
    given: list[int] = []

    in_threads(people, lambda person: given.append(lease_next(study=study, annotator=person).assignment.pk))

    assert Counter(given).most_common(1)[0][1] == 1
    turns = Assignment.objects.filter(pk__in=given).values_list("turn", flat=True)
    assert (
        None not in turns
    )  # all came from the turns, and from their front but for those somebody was taking just then
    assert max(turns) <= 48


def rate_all(study: Study, person: User) -> None:
    while (lease := lease_next(study=study, annotator=person)).answer == Answer.SEAT:
        region = lease.assignment.region_id
        cast_vote(annotator=person, region_id=region, opinion=make_opinion(), idempotency_key=uuid4(), facts=FACTS)


def test_dealing_and_promoting_while_24_people_rate_leaves_exact_counts() -> None:
    study = judged_study(24, votes_wanted=7)
    people = [make_member(study) for _ in range(24)]
    versions = [make_version() for _ in range(200)]
    over, troubles = threading.Event(), []

    def run_the_model() -> None:
        try:
            for number, version in enumerate(versions):
                deal_turns(study=study, seed=number)
                if number % 5 == 4:
                    promote(study=study, version=version, reason="Another one.")
                if over.wait(0.01):
                    break
        except Exception as error:
            troubles.append(error)
        finally:
            connection.close()

    model = threading.Thread(target=run_the_model)
    model.start()
    in_threads(people, lambda person: rate_all(study, person))
    over.set()
    model.join(timeout=60)
    for person in people:
        rate_all(study, person)

    assert troubles == []
    audit(study, 24)
    assert Assignment.objects.filter(study=study, turn__isnull=False).exists()


def test_two_dealers_deal_once() -> None:
    study = judged_study(100)
    people = [make_member(study) for _ in range(6)]
    done: list[int] = []

    in_threads(people, lambda person: done.append(deal_turns(study=study)))

    assert sorted(done) == [0] * 5 + [60]
    numbers = Assignment.objects.filter(study=study, turn__isnull=False).values_list("turn", flat=True)
    assert sorted(numbers) == list(range(1, 61))
