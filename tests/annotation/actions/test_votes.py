from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from annotation.actions.leases import lease_next
from annotation.actions.votes import cast_vote, retract_vote
from annotation.enums import LabelStatus, RegionStatus
from annotation.errors import Conflict, InvalidInput
from annotation.models import Assignment, Label, Region, Vote
from annotation.opinion import parse_opinion
from tests.annotation.actions.test_leases import expire
from tests.factories import FACTS, cast, make_member, make_opinion, make_region, make_study

pytestmark = pytest.mark.django_db


def test_a_vote_closes_the_person_s_seat_and_writes_the_label() -> None:
    study = make_study(votes_wanted=2)
    region = make_region(study)
    ben = make_member(study)
    seat = lease_next(study=study, annotator=ben).assignment

    vote = cast(region, ben, blur=1, quality=0)

    seat.refresh_from_db()
    label = Label.objects.get(region=region)
    assert seat.vote == vote
    assert (vote.late, vote.surplus, vote.duration_ms) == (False, False, 12_000)
    assert (label.votes, label.status, label.blur_votes, label.blur_level) == (
        1,
        LabelStatus.OPEN,
        [0, 1, 0, 0, 0, 0],
        1,
    )
    assert (label.noise_level, label.quality_level) == (None, 0)
    assert label.rule == "gullery-1 severity=affected M=4"


def test_the_last_wanted_vote_settles_the_label() -> None:
    study = make_study(votes_wanted=3)
    region = make_region(study)

    for _ in range(3):
        cast(region, make_member(study))

    assert Label.objects.get(region=region).status == LabelStatus.SETTLED


def test_the_same_key_is_the_same_vote() -> None:
    study = make_study()
    region = make_region(study)
    ben = make_member(study)
    key = uuid4()
    first = cast_vote(annotator=ben, region_id=region.pk, opinion=make_opinion(), idempotency_key=key, facts=FACTS)

    again = cast_vote(
        annotator=ben, region_id=region.pk, opinion=make_opinion(quality=0), idempotency_key=key, facts=FACTS
    )

    assert (first.created, again.created) == (True, False)
    assert again.vote == first.vote
    assert Vote.objects.get().quality == 3


def test_a_key_of_another_region_is_refused_and_changes_nothing() -> None:
    study = make_study()
    one, other = make_region(study), make_region(study)
    ben = make_member(study)
    key = uuid4()
    cast_vote(annotator=ben, region_id=one.pk, opinion=make_opinion(), idempotency_key=key, facts=FACTS)

    with pytest.raises(Conflict, match="another region"):
        cast_vote(annotator=ben, region_id=other.pk, opinion=make_opinion(), idempotency_key=key, facts=FACTS)

    assert Vote.objects.filter(region=other).count() == 0
    assert Assignment.objects.filter(region=other).exclude(vote=None).count() == 0


def test_a_second_opinion_of_the_same_person_is_refused() -> None:
    study = make_study()
    region = make_region(study)
    ben = make_member(study)
    cast(region, ben)

    with pytest.raises(Conflict, match="take that vote back"):
        cast(region, ben)

    assert Vote.objects.count() == 1


def test_a_late_vote_takes_a_free_seat() -> None:
    study = make_study(votes_wanted=2)
    region = make_region(study)
    ben, eve = make_member(study), make_member(study)
    expire(lease_next(study=study, annotator=ben).assignment)
    taken = lease_next(study=study, annotator=eve).assignment

    vote = cast(region, ben)

    assert (vote.late, vote.surplus) == (True, False)
    assert vote.assignment != taken
    assert Label.objects.get(region=region).votes == 1


def test_a_late_vote_without_a_free_seat_is_kept_as_surplus_and_not_counted() -> None:
    study = make_study(votes_wanted=1)
    region = make_region(study)
    ben, eve = make_member(study), make_member(study)
    expire(lease_next(study=study, annotator=ben).assignment)
    lease_next(study=study, annotator=eve)
    cast(region, eve, quality=4)

    late = cast(region, ben, quality=0)

    label = Label.objects.get(region=region)
    assert (late.late, late.surplus) == (True, True)
    assert (label.votes, label.quality_votes) == (1, [0, 0, 0, 0, 1])
    assert Vote.objects.count() == 2


def test_a_vote_on_a_region_discarded_meanwhile_is_kept_as_surplus() -> None:
    study = make_study()
    region = make_region(study)
    ben = make_member(study)
    Region.objects.filter(pk=region.pk).update(status=RegionStatus.DISCARDED)

    assert cast(region, ben).surplus is True


def test_retract_reopens_the_seat_and_the_label_follows() -> None:
    study = make_study(votes_wanted=1)
    region = make_region(study)
    ben = make_member(study)
    vote = cast(region, ben, quality=0)

    retract_vote(vote=vote, annotator=ben)
    assert Label.objects.get(region=region).quality_level is None
    again = cast(region, ben, quality=4)

    label = Label.objects.get(region=region)
    assert (label.votes, label.quality_level, label.status) == (1, 4, LabelStatus.SETTLED)
    assert (again.late, again.surplus) == (False, False)
    assert Vote.objects.count() == 2


def test_only_one_s_own_vote_can_be_retracted_and_only_once() -> None:
    study = make_study()
    region = make_region(study)
    ben, eve = make_member(study), make_member(study)
    vote = cast(region, ben)

    with pytest.raises(Conflict, match="Only the person"):
        retract_vote(vote=vote, annotator=eve)
    retract_vote(vote=vote, annotator=ben)
    with pytest.raises(Conflict, match="before"):
        retract_vote(vote=vote, annotator=ben)


def test_a_tie_asks_for_one_more_opinion() -> None:
    study = make_study(votes_wanted=2)
    region = make_region(study)
    cast(region, make_member(study), blur=1)

    cast(region, make_member(study), blur=5)
    disputed = Label.objects.get(region=region).status
    cast(region, make_member(study), blur=2)

    assert disputed == LabelStatus.DISPUTED
    assert Assignment.objects.filter(region=region).count() == 3
    assert Label.objects.get(region=region).status == LabelStatus.SETTLED


@pytest.mark.parametrize(
    "change", ["quality = 0", "annotator_id = annotator_id + 1", "surplus = true", "duration_ms = 1"]
)
def test_the_database_refuses_to_edit_a_vote(change: str) -> None:
    study = make_study()
    cast(make_region(study), make_member(study))

    with pytest.raises(IntegrityError, match="never edited"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE annotation_vote SET {change}")


def test_the_database_refuses_to_delete_a_vote_or_move_a_mask_with_votes() -> None:
    study = make_study()
    region = make_region(study)
    Region.objects.filter(pk=region.pk).update(x=11)
    cast(region, make_member(study))

    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        Vote.objects.all()._raw_delete("default")
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Region.objects.filter(pk=region.pk).update(x=12)


@pytest.mark.parametrize(
    "values, message",
    [
        ({"quality": 5}, "quality must be a whole number from 0 to 4, not 5"),
        ({"blur": 6}, "blur must be a whole number from 0 to 5, not 6"),
        ({"blur": -1}, "blur must be a whole number from 0 to 5, not -1"),
        ({"noise": True}, "noise must be a whole number from 0 to 5, not True"),
        ({"noise": "3"}, "noise must be a whole number from 0 to 5, not '3'"),
        ({"sharpness": 3}, "unknown scales: sharpness"),
    ],
)
def test_an_opinion_out_of_range_is_refused_with_the_reason(values: dict[str, object], message: str) -> None:
    good = dict.fromkeys(
        ("exposure", "noise", "blur", "contrast", "colorfulness", "compression", "quality", "importance"), 3
    )

    with pytest.raises(InvalidInput, match=message):
        parse_opinion(good | values)


def test_an_opinion_with_something_missing_is_refused() -> None:
    with pytest.raises(InvalidInput, match="lacks exposure, importance"):
        parse_opinion({"noise": 3, "blur": 3, "contrast": 3, "colorfulness": 3, "compression": 3, "quality": 3})
