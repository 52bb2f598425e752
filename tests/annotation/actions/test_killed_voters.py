"""Processes killed in the middle of a vote: nothing acknowledged is lost, nothing is half there."""

import random
import subprocess
import sys
import time
from uuid import UUID

import pytest
from django.db import connection

from annotation.models import Assignment, Study, User, Vote
from tests.annotation.actions.test_races import audit, crowded_study

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def start(study: Study, person: User) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.annotation.actions.voter", connection.settings_dict["NAME"]]
    return subprocess.Popen([*command, str(study.pk), str(person.pk)], stdout=subprocess.PIPE, text=True)


def test_voters_killed_at_any_moment_leave_exact_votes_and_every_acknowledged_one() -> None:
    study, people = crowded_study(regions=60, people=4, votes_wanted=3, seed=3)
    chance = random.Random(3)
    acknowledged: set[UUID] = set()
    kills = 0

    voters = {person: start(study, person) for person in people}
    deadline = time.monotonic() + 90
    while Assignment.objects.filter(vote=None).exists():
        assert time.monotonic() < deadline, "the voters do not get on"
        time.sleep(chance.uniform(0.05, 0.4))
        person = chance.choice(people)
        if kills < 6 and Vote.objects.filter(annotator=person).exists():
            voters[person].kill()
            kills += 1
        if voters[person].poll() is not None:
            acknowledged |= heard(voters[person])
            voters[person] = start(study, person)
    for voter in voters.values():
        voter.wait(timeout=60)
        acknowledged |= heard(voter)

    assert kills >= 1
    audit(study, 60)
    assert acknowledged <= set(Vote.objects.values_list("idempotency_key", flat=True))
    assert len(acknowledged) >= 180 - kills


def heard(voter: "subprocess.Popen[str]") -> set[UUID]:
    """The keys a voter printed; a line cut short by the kill says nothing."""
    assert voter.stdout is not None
    return {UUID(line.strip()) for line in voter.stdout if len(line.strip()) == 36}
