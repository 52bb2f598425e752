"""The audit from end to end: people lease, see what their arm has for them, are pulled by a known amount, and vote.

Everything is drawn with seeds, and the rows that arms are drawn from have numbers of their own: every run is the same.
One study is shown here; how often intervals hold over many is tested in `aggregation/test_anchoring.py`.
"""

import random
from uuid import uuid4

import pytest

from annotation.actions.exposures import hint_before_vote
from annotation.actions.leases import lease_next
from annotation.actions.votes import cast_vote
from annotation.enums import PrelabelPolicy, Role
from annotation.models import Membership, Study, User
from annotation.queries.anchoring import Audit, anchoring_of
from annotation.scales import WORDS
from tests.annotation.prelabels import make_prelabel
from tests.factories import FACTS, make_opinion, make_region, make_study, make_version

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
REGIONS, PEOPLE = 40, 8
FIRST = 7_000_000
"""Number of the first region and of the first person."""


def audited(pull: float) -> Audit:
    study, truths = study_with_a_model(), dict[int, float]()
    chance = random.Random(1)
    assert study.active_version is not None
    for number in range(REGIONS):
        region = make_region(study, pk=FIRST + number)
        truths[region.pk] = chance.uniform(0.5, 3.5)
        guess = min(4.0, max(0.0, truths[region.pk] + chance.choice((-1.5, 1.5))))
        make_prelabel(region, study.active_version, {"quality": float(round(guess))})
    for number in range(PEOPLE):
        person = User.objects.create(pk=FIRST + number, username=f"simulated-{number}")
        Membership.objects.create(study=study, user=person, role=Role.ANNOTATOR)
        rate_everything(study, person, truths, pull)
    return anchoring_of(study)


def study_with_a_model() -> Study:
    settings = {"prelabel_policy": PrelabelPolicy.RANDOM_ARM, "arm_share": 0.5, "votes_wanted": PEOPLE}
    return make_study(active_version=make_version(), seed=11, **settings)


def rate_everything(study: Study, person: User, truths: dict[int, float], pull: float) -> None:
    while (seat := lease_next(study=study, annotator=person).assignment) is not None:
        hint = hint_before_vote(seat=seat, annotator=person)
        own = truths[seat.region_id] + random.Random(f"{person.pk}:{seat.region_id}").gauss(0, 0.6)
        if hint is not None:
            own += pull * (WORDS["quality"].index(hint.words["quality"]) - own)
        opinion = make_opinion(quality=min(4, max(0, round(own))))
        cast_vote(annotator=person, region_id=seat.region_id, opinion=opinion, idempotency_key=uuid4(), facts=FACTS)


@pytest.mark.parametrize("pull", [0.0, 0.5])
def test_the_platform_recovers_the_pull_that_its_people_were_given(pull: float) -> None:
    audit = audited(pull)

    quality = next(one for one in audit.scales if one.scale == "quality")
    assert (audit.shown + audit.hidden, audit.regions, audit.people) == (REGIONS * PEOPLE, REGIONS, PEOPLE)
    assert quality.pull is not None
    assert quality.pull.low <= pull <= quality.pull.high
    assert quality.pull.high - quality.pull.low < 0.5
    assert quality.pull.excludes(0) == (pull > 0)
