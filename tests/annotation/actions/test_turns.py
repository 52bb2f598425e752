import random

import pytest

from annotation.actions import turns
from annotation.actions.leases import lease_next, release
from annotation.actions.turns import clear_turns, deal_turns, studies_to_deal
from annotation.actions.versions import promote
from annotation.enums import SeatReason, Split, StudyStatus
from annotation.models import Assignment, Study
from tests.annotation.prelabels import make_prelabel
from tests.factories import cast, make_image, make_member, make_region, make_study, make_version

pytestmark = pytest.mark.django_db


def judged_study(regions: int = 40, *, test_every: int = 5, **settings: object) -> Study:
    """Every region has a prelabel by the active version; every fifth image belongs to the test split."""
    study = make_study(**{"random_share": 0.5} | settings)
    version = make_version()
    promote(study=study, version=version, reason="The first.")
    chance = random.Random(1)
    for number in range(regions):
        image = make_image(study, split=Split.TRAIN if (number + 1) % test_every else Split.TEST)
        levels = {"quality": chance.uniform(0, 4), "blur": chance.uniform(0, 5)}
        make_prelabel(make_region(study, image), version, levels, uncertainty=chance.random())
    return study


def dealt(study: Study) -> list[Assignment]:
    seats = Assignment.objects.filter(study=study, turn__isnull=False)
    return list(seats.select_related("region__image").order_by("turn"))


def test_the_lowest_layer_is_dealt_with_numbers_reasons_and_probabilities() -> None:
    study = judged_study(100)

    assert deal_turns(study=study, seed=1) == 60

    seats = dealt(study)
    assert [seat.turn for seat in seats] == list(range(1, 61))
    assert {seat.number for seat in seats} == {1}
    assert sum(seat.reason == SeatReason.RANDOM for seat in seats) == 30
    assert all(0 < seat.probability <= 1 for seat in seats)


@pytest.mark.parametrize("seed", range(5))
def test_the_model_never_chooses_from_the_test_split(seed: int) -> None:
    study = judged_study(60, test_every=2, random_share=0.3)

    deal_turns(study=study, seed=seed)

    seats = dealt(study)
    assert len(seats) == 60
    assert {seat.region.image.split for seat in seats if seat.reason == SeatReason.MODEL} == {Split.TRAIN}
    assert {seat.region.image.split for seat in seats if seat.reason == SeatReason.RANDOM} == {Split.TRAIN, Split.TEST}


def test_the_model_chooses_only_what_its_active_version_has_judged() -> None:
    study = judged_study(20)
    silent = [make_region(study).pk for _ in range(20)]

    deal_turns(study=study, seed=1)

    assert {seat.reason for seat in dealt(study) if seat.region_id in silent} == {SeatReason.RANDOM}
    promote(study=study, version=make_version(), reason="Another, which has judged nothing yet.")
    deal_turns(study=study, seed=2)
    assert {seat.reason for seat in dealt(study)} == {SeatReason.RANDOM}


def test_more_are_dealt_when_few_are_left_and_numbers_go_on() -> None:
    study = judged_study(140)
    deal_turns(study=study, seed=1)
    assert deal_turns(study=study, seed=2) == 0

    ben = make_member(study)
    for _ in range(31):
        lease_next(study=study, annotator=ben)
        cast(Assignment.objects.get(annotator=ben, vote=None).region, ben)

    assert deal_turns(study=study, seed=3) == 60
    assert max(seat.turn for seat in dealt(study)) == 120
    assert {seat.number for seat in dealt(study)} == {1}


def test_a_layer_s_last_seats_come_before_the_next_layer() -> None:
    study = judged_study(25)

    assert deal_turns(study=study, seed=1) == 25
    assert deal_turns(study=study, seed=2) == 25

    assert [seat.number for seat in dealt(study)] == [1] * 25 + [2] * 25


def test_the_probability_counts_what_was_not_in_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    study = judged_study(60, test_every=1)
    monkeypatch.setattr(turns, "SAMPLED", 30)
    monkeypatch.setattr(turns, "DEALT", 1)

    deal_turns(study=study, seed=5)

    (seat,) = dealt(study)
    assert 1 / 100 < seat.probability < 1 / 40  # one of sixty, as far as the places tell


@pytest.mark.parametrize("settings", [{"random_share": 1.0}, {"active_version": None}])
def test_a_study_without_a_model_or_all_random_deals_nothing(settings: dict[str, object]) -> None:
    study = judged_study(5)
    Study.objects.filter(pk=study.pk).update(**settings)

    assert studies_to_deal() == []
    assert deal_turns(study=study) == 0
    assert dealt(study) == []


def test_studies_to_deal_are_open_ones_that_run_short() -> None:
    short, paused, full = judged_study(40), judged_study(5, status=StudyStatus.PAUSED), judged_study(40)
    deal_turns(study=full)

    assert studies_to_deal() == [short]
    assert paused.status == StudyStatus.PAUSED


def test_seats_are_leased_in_the_order_of_their_turns() -> None:
    study = judged_study(80)
    deal_turns(study=study, seed=1)
    people = [make_member(study) for _ in range(6)]

    leased = [lease_next(study=study, annotator=person).assignment.pk for person in people]

    assert leased == [seat.pk for seat in dealt(study)[:6]]


def test_a_turn_on_a_region_one_has_rated_or_just_seen_waits_for_somebody_else() -> None:
    study = judged_study(30)
    deal_turns(study=study, seed=1)
    first, second = dealt(study)[:2]
    ben, eve = make_member(study), make_member(study)
    cast(first.region, ben)

    own = lease_next(study=study, annotator=ben).assignment

    assert own == second
    near = make_region(study, second.region.image)
    Assignment.objects.filter(region=near, number=1).update(turn=0, probability=0.5)
    assert lease_next(study=study, annotator=eve).assignment.region == near
    cast(near, eve)
    release(assignment=own, annotator=ben)
    assert lease_next(study=study, annotator=eve).assignment != second


def test_a_seat_given_back_keeps_its_turn() -> None:
    study = judged_study(30)
    deal_turns(study=study, seed=1)
    ben, eve = make_member(study), make_member(study)
    seat = lease_next(study=study, annotator=ben).assignment

    release(assignment=seat, annotator=ben)

    assert lease_next(study=study, annotator=eve).assignment == seat == dealt(study)[0]


def test_after_the_turns_come_the_other_seats() -> None:
    study = judged_study(40)
    deal_turns(study=study, seed=1)
    Assignment.objects.filter(turn__gt=2).update(turn=None, probability=None, reason=SeatReason.RANDOM)
    ben = make_member(study)
    given = []
    for _ in range(5):
        seat = lease_next(study=study, annotator=ben).assignment
        given.append(Assignment.objects.get(pk=seat.pk).turn)
        cast(seat.region, ben)

    assert given == [1, 2, None, None, None]


def test_another_version_clears_what_nobody_holds() -> None:
    study = judged_study(40)
    deal_turns(study=study, seed=1)
    ben, eve = make_member(study), make_member(study)
    held = lease_next(study=study, annotator=ben).assignment
    said = lease_next(study=study, annotator=eve).assignment
    cast(said.region, eve)

    promote(study=study, version=make_version(), reason="Better.")

    assert {seat.pk for seat in dealt(study)} == {held.pk, said.pk}
    cleared = Assignment.objects.filter(study=study, turn=None)
    assert set(cleared.values_list("probability", "reason")) == {(None, SeatReason.RANDOM)}
    assert clear_turns(study=study) == 0
