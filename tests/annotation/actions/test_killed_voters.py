"""Processes killed in the middle of a vote: nothing acknowledged is lost, nothing is half there."""

import random
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone

from annotation.actions.leases import Answer, lease_next
from annotation.actions.votes import cast_vote
from annotation.models import Assignment, Study, User, Vote
from tests.annotation.actions.test_races import audit, crowded_study, in_threads
from tests.copies import CopyElsewhere, copy_that_runs
from tests.factories import FACTS, make_opinion

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def start(study: Study, person: User, folder: Path) -> CopyElsewhere:
    words = folder / uuid4().hex
    return copy_that_runs("tests.annotation.actions.voter", str(study.pk), str(person.pk), words=words)


def test_voters_killed_at_any_moment_leave_exact_votes_and_every_acknowledged_one(tmp_path: Path) -> None:
    study, people = crowded_study(regions=60, people=4, votes_wanted=3, seed=3)
    chance = random.Random(3)
    kills = 0

    voters = {person: start(study, person, tmp_path) for person in people}
    deadline = time.monotonic() + 600
    while Assignment.objects.filter(vote=None).exists():
        assert time.monotonic() < deadline, "the voters do not get on"
        time.sleep(chance.uniform(0.05, 0.4))
        person = chance.choice(people)
        if kills < 6 and Vote.objects.filter(annotator=person).exists():
            voters[person].kill()
            kills += 1
        if voters[person].poll() is not None:
            voters[person] = start(study, person, tmp_path)
    for voter in voters.values():
        voter.wait(timeout=600)
    acknowledged = heard(tmp_path)

    assert kills >= 1
    audit(study, 60)
    assert acknowledged <= set(Vote.objects.values_list("idempotency_key", flat=True))
    assert len(acknowledged) >= 180 - kills


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_voter_killed_at_the_commit_leaves_all_of_the_vote_or_none(moment: str, tmp_path: Path) -> None:
    study, (killed, *others) = crowded_study(regions=2, people=8, votes_wanted=7)
    key = uuid4()
    facts = {"opinion": make_opinion(), "idempotency_key": key, "facts": FACTS}

    end_held(study, killed, key, moment, tmp_path / "words")
    seat = Assignment.objects.get(annotator=killed)
    stored = list(Vote.objects.values_list("idempotency_key", flat=True))
    assert (stored, seat.vote is not None) == (([], False) if moment == "before" else ([key], True))

    if moment == "before":  # who does not come back keeps nobody from the seat
        Assignment.objects.filter(pk=seat.pk).update(leased_until=timezone.now())
    else:  # who was not answered asks again
        assert not cast_vote(annotator=killed, region_id=seat.region_id, **facts).created
        others.append(killed)
    in_threads(others, lambda person: rate_all(study, person))
    for person in others:  # whoever was told "nothing now" while others held the last seats comes back
        rate_all(study, person)

    audit(study, 2)
    assert Vote.objects.filter(idempotency_key=key).count() == (moment == "after")
    assert Vote.objects.filter(region_id=seat.region_id, annotator=killed).count() == (moment == "after")


def end_held(study: Study, person: User, key: UUID, moment: str, words: Path) -> None:
    """A voter that is at its COMMIT, killed there. Before it, nobody else sees the vote, and the region is locked."""
    numbers = (str(study.pk), str(person.pk), str(key), moment)
    voter = copy_that_runs("tests.annotation.actions.held_voter", *numbers, words=words)
    wait_for(lambda: words.exists() and words.read_text() == "held\n", "the voter at its COMMIT")
    assert transactions() == (moment == "before")
    voter.kill()
    voter.wait(timeout=60)
    wait_for(lambda: transactions() == 0, "the server to notice")


def transactions() -> int:
    """Connections that stopped in the middle of one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND state = 'idle in transaction' AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 300
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


def rate_all(study: Study, person: User) -> None:
    while (lease := lease_next(study=study, annotator=person)).answer == Answer.SEAT:
        assert lease.assignment is not None
        region = lease.assignment.region_id
        cast_vote(annotator=person, region_id=region, opinion=make_opinion(), idempotency_key=uuid4(), facts=FACTS)


def heard(folder: Path) -> set[UUID]:
    """The keys that the voters printed; a line cut short by a kill says nothing."""
    return {UUID(line) for words in folder.iterdir() for line in words.read_text().splitlines() if len(line) == 36}
