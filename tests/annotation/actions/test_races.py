"""Exactness under races: real threads, real connections, real commits."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone

from annotation.actions.leases import Answer, lease_next
from annotation.actions.votes import cast_vote, retract_vote
from annotation.enums import LabelStatus
from annotation.errors import Conflict
from annotation.models import Assignment, Label, Study, User, Vote
from tests.factories import FACTS, make_image, make_member, make_opinion, make_region, make_study

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def in_threads(people: list[User], work: Callable[[User], None]) -> None:
    """Runs `work` for everybody at once, each on a connection of their own; the first error is raised here."""
    errors: list[BaseException] = []
    start = threading.Barrier(len(people))

    def run(person: User) -> None:
        start.wait()
        try:
            work(person)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    if errors:
        raise errors[0]


def crowded_study(regions: int, people: int, **settings: object) -> tuple[Study, list[User]]:
    study = make_study(**settings)
    for _ in range(regions // 2):
        image = make_image(study)
        make_region(study, image)
        make_region(study, image)
    return study, [make_member(study) for _ in range(people)]


def audit(study: Study, regions: int) -> None:
    """Every region has exactly the wanted votes, no pair twice, each vote its own seat, each label the votes' own."""
    counted = Vote.objects.live().filter(study=study)
    per_region = Counter(counted.values_list("region_id", flat=True))
    assert sorted(per_region.values()) == [study.votes_wanted] * regions
    pairs = list(Vote.objects.filter(study=study, retracted_at=None).values_list("region_id", "annotator_id"))
    assert len(pairs) == len(set(pairs))
    assert Assignment.objects.filter(study=study, vote=None).count() == 0
    assert set(Assignment.objects.filter(study=study).values_list("vote_id", flat=True)) == {
        vote.pk for vote in counted
    }
    labels = Label.objects.filter(study=study)
    assert set(labels.values_list("status", "votes")) == {(LabelStatus.SETTLED, study.votes_wanted)}
    assert sum(sum(label.quality_votes) for label in labels) == counted.count()


@pytest.mark.parametrize("round_", range(3))
def test_24_people_at_once_give_every_region_exactly_its_votes(round_: int) -> None:
    study, people = crowded_study(regions=24, people=24, votes_wanted=7, seed=round_)
    said: list[UUID] = []

    def rate(person: User) -> None:
        while (lease := lease_next(study=study, annotator=person)).answer == Answer.SEAT:
            key = uuid4()
            cast_vote(
                annotator=person,
                region_id=lease.assignment.region_id,
                opinion=make_opinion(quality=person.pk % 5),
                idempotency_key=key,
                facts=FACTS,
            )
            said.append(key)

    in_threads(people, rate)
    for person in people:  # whoever was told "nothing now" while others held the last seats comes back
        rate(person)

    audit(study, 24)
    assert set(Vote.objects.values_list("idempotency_key", flat=True)) == set(said)
    assert Vote.objects.filter(surplus=True).count() == 0


def test_people_who_vanish_come_late_repeat_and_retract_leave_exact_counts() -> None:
    study, people = crowded_study(regions=12, people=16, votes_wanted=5)
    acknowledged: set[UUID] = set()

    def rate(person: User) -> None:
        chance = random.Random(person.pk)
        for _ in range(60):
            lease = lease_next(study=study, annotator=person)
            if lease.answer == Answer.ALL_DONE:
                return
            if lease.answer != Answer.SEAT:
                continue
            region, fate = lease.assignment.region_id, chance.random()
            if fate < 0.15:  # the laptop sleeps; the lease runs out
                Assignment.objects.filter(pk=lease.assignment.pk).update(
                    leased_until=timezone.now() - timedelta(seconds=1)
                )
                continue
            key = uuid4()
            for _ in range(2 if fate < 0.35 else 1):  # the answer was lost on the way; the client repeats
                cast = cast_vote(
                    annotator=person, region_id=region, opinion=make_opinion(), idempotency_key=key, facts=FACTS
                )
            acknowledged.add(key)
            if fate > 0.95 and not cast.vote.surplus:
                retract_vote(vote=cast.vote, annotator=person)

    in_threads(people, rate)
    for _ in range(3):
        Assignment.objects.filter(study=study, vote=None).exclude(annotator=None).update(
            leased_until=timezone.now() - timedelta(seconds=1)
        )
        for person in people:
            while (lease := lease_next(study=study, annotator=person)).answer == Answer.SEAT:
                region = lease.assignment.region_id
                cast_vote(
                    annotator=person, region_id=region, opinion=make_opinion(), idempotency_key=uuid4(), facts=FACTS
                )

    audit(study, 12)
    assert acknowledged <= set(Vote.objects.values_list("idempotency_key", flat=True))


def test_one_person_in_many_tabs_holds_one_seat() -> None:
    study, people = crowded_study(regions=10, people=1)
    seats: list[int] = []

    in_threads(people * 8, lambda person: seats.append(lease_next(study=study, annotator=person).assignment.pk))

    assert len(set(seats)) == 1
    assert Assignment.objects.exclude(annotator=None).count() == 1


def test_the_same_vote_from_many_threads_is_stored_once() -> None:
    study, people = crowded_study(regions=2, people=1)
    region = lease_next(study=study, annotator=people[0]).assignment.region_id
    key, created = uuid4(), []

    def cast(person: User) -> None:
        answer = cast_vote(annotator=person, region_id=region, opinion=make_opinion(), idempotency_key=key, facts=FACTS)
        created.append(answer.created)

    in_threads(people * 8, cast)

    assert sorted(created) == [False] * 7 + [True]
    assert Vote.objects.count() == 1


def test_more_people_than_seats_on_one_region_leave_no_vote_over_quota() -> None:
    _, people = crowded_study(regions=2, people=16, votes_wanted=3)
    region = Assignment.objects.first().region_id
    refused: list[str] = []

    def cast(person: User) -> None:
        try:
            cast_vote(annotator=person, region_id=region, opinion=make_opinion(), idempotency_key=uuid4(), facts=FACTS)
        except Conflict as error:
            refused.append(error.code)

    in_threads(people, cast)

    assert refused == []
    assert Vote.objects.live().filter(region=region).count() == 3
    assert Vote.objects.filter(region=region, surplus=True).count() == 13
    assert Label.objects.get(region=region).votes == 3
