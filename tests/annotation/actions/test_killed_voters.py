"""Processes killed in the middle of a vote: nothing acknowledged is lost, nothing is half there."""

import random
import time
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from annotation.models import Assignment, Study, User, Vote
from tests.annotation.actions.test_races import audit, crowded_study
from tests.copies import CopyElsewhere, copy_that_runs

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


def heard(folder: Path) -> set[UUID]:
    """The keys that the voters printed; a line cut short by a kill says nothing."""
    return {UUID(line) for words in folder.iterdir() for line in words.read_text().splitlines() if len(line) == 36}
