"""People who rate in a study with a protocol, and clocks that are put back for them."""

from datetime import timedelta
from uuid import uuid4

from django.db.models import F
from django.utils import timezone

from annotation.actions.leases import Lease, lease_next
from annotation.actions.votes import cast_vote
from annotation.enums import CheckPolicy, GoldUse, Purpose
from annotation.models import Assignment, Gold, Protocol, Region, Sitting, Study, User, ViewingCheck, Vote
from annotation.opinion import SCALES
from tests.annotation.actions.casting import cast_check
from tests.factories import FACTS, make_opinion, make_region, make_study

PLAIN = {
    "viewing_check": CheckPolicy.OFF, "sitting_minutes": 0, "sittings_per_day": 0, "warm_up": 0, "repeat_share": 0,
    "gold_every": 0,
}  # fmt: skip
"""A protocol that asks for nothing: tests switch on what they are about."""


def make_protocol(study: Study, **settings: object) -> Protocol:
    return Protocol.objects.create(**{"study": study} | PLAIN | settings)


def run_study(regions: int = 6, **settings: object) -> Study:
    study = make_study(votes_wanted=1)
    make_protocol(study, **settings)
    for _ in range(regions):
        make_region(study)
    return study


def make_gold(study: Study, use: GoldUse = GoldUse.HIDDEN) -> Region:
    """Its seats are gone, as mark_gold leaves it."""
    region = make_region(study)
    Assignment.objects.filter(region=region).delete()
    answer = dict.fromkeys(SCALES, 3)
    Gold.objects.create(region=region, study=study, use=use, **answer)
    return region


def make_check(study: Study, person: User, *, passed: bool = True, minutes: int = 30) -> ViewingCheck:
    sizes = dict.fromkeys(("screen_width", "screen_height", "window_width", "window_height"), 1000)
    until = timezone.now() + timedelta(minutes=minutes)
    return ViewingCheck.objects.create(
        study=study, annotator=person, passed=passed, device_pixel_ratio=1, expires_at=until, **sizes
    )


def ask(study: Study, person: User, *holding: Assignment) -> Lease:
    return lease_next(study=study, annotator=person, holding=[seat.pk for seat in holding])


def say(seat: Assignment, person: User) -> Vote:
    fresh = Assignment.objects.get(pk=seat.pk)
    what = {"annotator": person, "opinion": make_opinion(), "idempotency_key": uuid4(), "facts": FACTS}
    if fresh.purpose == Purpose.LABEL:
        return Vote.objects.get(pk=cast_vote(region_id=fresh.region_id, **what).vote.pk)
    return Vote.objects.get(pk=cast_check(seat_id=fresh.pk, **what).vote.pk)


def rate(study: Study, person: User, times: int = 1) -> list[Vote]:
    """As many regions as there are, up to `times`, one after the other."""
    votes = []
    for _ in range(times):
        seat = ask(study, person).assignment
        if seat is None:
            break
        votes.append(say(seat, person))
        let_pass(seconds=1)  # in a test the database's clock stands still
    return votes


def let_pass(**time: float) -> None:
    """As if all that happened had happened so much earlier."""
    ago = timedelta(**time)
    Sitting.objects.update(started_at=F("started_at") - ago, last_at=F("last_at") - ago, ended_at=F("ended_at") - ago)
    Assignment.objects.update(leased_at=F("leased_at") - ago, leased_until=F("leased_until") - ago)
