"""When a person gets a warm-up, a hidden repeat or hidden gold, and of which region.

The places are drawn with the study's seed, one in each stretch of the person's regions: known to the server alone, decided
from a count. Where no region fits, the place goes to ordinary work.
"""

import random

from annotation.actions.checks import make_check_seat
from annotation.enums import GoldUse, Purpose
from annotation.models import Assignment, Protocol, Region, Study, User
from annotation.queries.check_regions import (
    Facts,
    gold_region,
    region_rated,
    region_rated_before,
    settled_region,
    span_of_settled,
)
from annotation.queries.sittings import day_start


def purpose_at(protocol: Protocol, study: Study, annotator: User, place: int) -> Purpose | None:
    """What the person's region number `place` (0, 1, ... without warm-ups) is for; None is ordinary work.

    Gold goes before a repeat at the same place, which then comes one later.
    """
    who = f"{study.seed}:{annotator.pk}"
    gold, repeats = protocol.gold_every, round(1 / protocol.repeat_share) if protocol.repeat_share else 0
    if _falls(gold, place, f"gold:{who}"):
        return Purpose.GOLD
    put_off = _falls(repeats, place - 1, f"repeat:{who}") and _falls(gold, place - 1, f"gold:{who}")
    return Purpose.REPEAT if put_off or _falls(repeats, place, f"repeat:{who}") else None


def warm_up_seat(study: Study, annotator: User, last: int, facts: Facts) -> Assignment | None:
    """Of a region that needs no votes and that the person never gets for its label; else one for training."""
    chance = _chance(f"warm:{study.seed}:{annotator.pk}:{last}")
    span = span_of_settled(facts)
    region = None
    if span is not None:
        region = settled_region(facts, start=chance.randint(*span)) or settled_region(facts, start=span[0])
    if region is None:
        region = gold_region(facts, use=GoldUse.TRAINING, gap=0, chance=str(chance.random()))
    return _seat(study, annotator, region, Purpose.WARM_UP)


def check_seat(study: Study, annotator: User, protocol: Protocol, place: int, facts: Facts) -> Assignment | None:
    """Both regions are looked for at every place, wanted or not: the time an answer takes says nothing."""
    chance = _chance(f"region:{study.seed}:{annotator.pk}:{place}")
    regions: dict[Purpose | None, int | None] = {}
    if protocol.gold_every:
        gap = protocol.repeat_gap - 1
        regions[Purpose.GOLD] = gold_region(facts, use=GoldUse.HIDDEN, gap=gap, chance=str(chance.random()))
    if protocol.repeat_share:
        regions[Purpose.REPEAT] = _rated_long_ago(protocol, place, chance, facts)
    purpose = purpose_at(protocol, study, annotator, place)
    return None if purpose is None else _seat(study, annotator, regions[purpose], purpose)


def _rated_long_ago(protocol: Protocol, place: int, chance: random.Random, facts: Facts) -> int | None:
    """Between one gap and two gaps ago; else on an earlier day."""
    gap = protocol.repeat_gap
    region = None
    if place > gap:
        region = region_rated(facts, back=gap + chance.randrange(min(gap, place - gap))) or region_rated(
            facts, back=gap
        )
    return region or region_rated_before(facts, day=day_start())


def _seat(study: Study, annotator: User, region_id: int | None, purpose: Purpose) -> Assignment | None:
    if region_id is None:
        return None
    return make_check_seat(study=study, annotator=annotator, region=Region(pk=region_id), purpose=purpose)


def _falls(every: int, place: int, name: str) -> bool:
    """Whether a place is the one that was drawn for its stretch of `every` places."""
    return every > 0 and place >= 0 and place % every == _chance(f"{name}:{place // every}").randrange(every)


def _chance(name: str) -> random.Random:
    return random.Random(name)  # noqa: S311  not to be guessed without the study's seed, which nobody is shown
