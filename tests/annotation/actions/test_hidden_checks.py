"""Warm-up, hidden repeats and hidden gold: when they come, of what, and that they change no label."""

from collections import Counter
from itertools import pairwise

import pytest

from annotation.actions.hidden_checks import purpose_at
from annotation.actions.leases import Answer
from annotation.enums import GoldUse, Purpose, RemarkKind, RemarkReason
from annotation.models import Assignment, Label, Protocol, Remark, Study, User, Vote
from annotation.queries.seat_verification import seat_differences
from annotation.queries.verification import replay_labels
from tests.annotation.actions.sitters import ask, let_pass, make_gold, make_protocol, rate, run_study, say
from tests.factories import cast, make_member, make_region, make_study

pytestmark = pytest.mark.django_db


def purposes(votes: list[Vote]) -> list[str]:
    return [vote.purpose for vote in votes]


def places(study: Study, person: User, protocol: Protocol, purpose: Purpose, among: int) -> list[int]:
    return [place for place in range(among) if purpose_at(protocol, study, person, place) == purpose]


def test_one_gold_falls_into_each_stretch_and_nobody_can_count_the_next() -> None:
    study, ben, eve = make_study(), make_member(make_study()), make_member(make_study())
    protocol = make_protocol(study, gold_every=12)

    mine = places(study, ben, protocol, Purpose.GOLD, 1200)

    assert [place // 12 for place in mine] == list(range(100))
    assert len({place % 12 for place in mine}) == 12
    assert len({later - sooner for sooner, later in pairwise(mine)}) > 12
    assert mine != places(study, eve, protocol, Purpose.GOLD, 1200)


def test_repeats_are_the_share_that_is_wanted_beside_the_gold() -> None:
    study, ben = make_study(), make_member(make_study())
    protocol = make_protocol(study, gold_every=12, repeat_share=0.05)

    counts = Counter(purpose_at(protocol, study, ben, place) for place in range(2400))

    assert counts[Purpose.GOLD] == 200
    assert 115 <= counts[Purpose.REPEAT] <= 120
    bare = make_protocol(make_study())
    assert {purpose_at(bare, study, ben, place) for place in range(100)} == {None}


def test_hidden_gold_comes_once_in_so_many_and_moves_no_label() -> None:
    study = run_study(regions=8, gold_every=4, repeat_gap=5)
    gold = [make_gold(study) for _ in range(2)]
    make_gold(study, GoldUse.EXAM), make_gold(study, GoldUse.TRAINING)
    ben = make_member(study)

    votes = rate(study, ben, 20)

    checks = [vote for vote in votes if vote.purpose == Purpose.GOLD]
    assert len([vote for vote in votes if vote.purpose == Purpose.LABEL]) == 8
    assert {vote.region for vote in checks[:2]} == set(gold)
    assert [vote.surplus for vote in checks] == [True] * len(checks)
    assert Label.objects.filter(region__in=gold).count() == 0
    assert list(seat_differences(study)) == []
    assert [found for batch in replay_labels(study) for found in batch] == []


def test_gold_is_not_seen_again_within_the_gap() -> None:
    study = run_study(regions=30, gold_every=2, repeat_gap=10)
    only = make_gold(study)
    ben = make_member(study)

    votes = rate(study, ben, 30)

    seen = [number for number, vote in enumerate(votes) if vote.region == only]
    assert len(seen) > 1
    assert min(later - sooner for sooner, later in pairwise(seen)) > 10


def test_retired_gold_and_gold_that_cannot_be_judged_are_not_shown() -> None:
    study = run_study(regions=4, gold_every=1)
    retired, unjudged = make_gold(study), make_gold(study)
    study.gold.filter(region=retired).update(retired_at="2026-01-01T00:00Z")
    ben = make_member(study)
    Remark.objects.create(
        study=study, region=unjudged, annotator=ben, kind=RemarkKind.CANNOT_JUDGE, reason=RemarkReason.SMALL,
        idempotency_key="00000000-0000-4000-8000-000000000001",
    )  # fmt: skip

    assert purposes(rate(study, ben, 10)) == [Purpose.LABEL] * 4


def test_a_repeat_is_of_a_region_rated_long_enough_ago_and_comes_once() -> None:
    study = run_study(regions=60, repeat_share=0.2, repeat_gap=10)
    ben = make_member(study)

    votes = rate(study, ben, 80)

    first_look = {vote.region_id: place for place, vote in enumerate(votes) if vote.purpose == Purpose.LABEL}
    again = [(place, vote) for place, vote in enumerate(votes) if vote.purpose == Purpose.REPEAT]
    gaps = [place - first_look[vote.region_id] - 1 for place, vote in again]
    assert (len(first_look), 8 <= len(again) <= 14) == (60, True)
    assert min(gaps) >= 10
    assert len({vote.region_id for _, vote in again}) == len(again)
    assert len(set(gaps)) > 3
    assert Label.objects.filter(status="settled", votes=1).count() == 60
    assert [found for batch in replay_labels(study) for found in batch] == []


def test_a_region_whose_vote_was_taken_back_is_not_repeated() -> None:
    study = run_study(regions=14, repeat_share=0.5, repeat_gap=3)
    ben = make_member(study)
    rate(study, ben, 6)
    Vote.objects.update(retracted_at="2026-01-01T00:00Z")

    assert [vote.purpose for vote in rate(study, ben, 4) if vote.purpose != Purpose.LABEL] == []


def test_a_sitting_begins_with_a_warm_up_of_regions_that_need_no_votes() -> None:
    study = run_study(regions=4, warm_up=2)
    eve, ben = make_member(study), make_member(study)
    settled = {make_region(study) for _ in range(3)}
    for region in settled:
        cast(region, eve)

    votes = rate(study, ben, 10)

    assert purposes(votes) == [Purpose.WARM_UP] * 2 + [Purpose.LABEL] * 4
    assert {vote.region for vote in votes[:2]} < settled
    assert [vote.surplus for vote in votes] == [True] * 2 + [False] * 4
    assert set(Label.objects.values_list("votes", flat=True)) == {1}


def test_without_settled_regions_training_gold_warms_up_and_without_any_nothing_does() -> None:
    study = run_study(regions=3, warm_up=2)
    ben = make_member(study)
    lesson = make_gold(study, GoldUse.TRAINING)
    make_gold(study, GoldUse.EXAM), make_gold(study, GoldUse.HIDDEN)

    first, second = rate(study, ben, 2)

    bare = run_study(regions=3, warm_up=2)
    assert (first.purpose, first.region, second.purpose) == (Purpose.WARM_UP, lesson, Purpose.LABEL)
    assert purposes(rate(bare, make_member(bare), 1)) == [Purpose.LABEL]


def test_each_sitting_warms_up_before_what_the_last_one_left_over() -> None:
    study = run_study(regions=6, warm_up=1)
    for _ in range(2):
        cast(make_region(study), make_member(study))
    ben = make_member(study)
    rate(study, ben, 2)
    left = ask(study, ben).assignment
    let_pass(minutes=20)

    first = ask(study, ben).assignment
    warm_up = say(first, ben)

    assert (warm_up.purpose, warm_up.position, warm_up.sitting.number) == (Purpose.WARM_UP, 1, 2)
    assert ask(study, ben).assignment == left


def test_nobody_warms_up_for_nothing() -> None:
    study = run_study(regions=0, warm_up=2)
    cast(make_region(study), make_member(study))

    assert ask(study, make_member(study)).answer == Answer.ALL_DONE
    assert Assignment.objects.checks().count() == 0


def test_two_regions_of_an_image_are_kept_apart_for_checks_too() -> None:
    study = run_study(regions=3, gold_every=1)
    ben = make_member(study)
    gold = make_gold(study)
    other = make_region(study, gold.image)
    Assignment.objects.exclude(region=other).filter(purpose=Purpose.LABEL).delete()
    first = ask(study, ben)

    assert first.assignment.region_id == gold.pk
    say(first.assignment, ben)
    make_gold(study)
    image = make_gold(study)
    image.image = gold.image
    image.save()
    assert ask(study, ben).assignment.region.image_id != gold.image_id
