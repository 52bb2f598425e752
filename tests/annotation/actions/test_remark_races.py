"""Remarks under races: real threads, real connections, real commits."""

from uuid import uuid4

import pytest

from annotation.actions.leases import Answer, lease_next
from annotation.actions.own_votes import take_back
from annotation.actions.remarks import Words, remark
from annotation.actions.votes import cast_vote
from annotation.enums import RemarkKind, RemarkReason
from annotation.errors import Conflict
from annotation.models import Assignment, Remark, User, Vote
from tests.annotation.actions.test_races import audit, crowded_study, in_threads
from tests.factories import FACTS, cast, make_member, make_opinion, make_region, make_study

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
CANNOT = Words(RemarkKind.CANNOT_JUDGE, RemarkReason.REGION)


def test_the_same_remark_sent_from_everywhere_at_once_is_one() -> None:
    study = make_study()
    region, ben, key = make_region(study), make_member(study), uuid4()
    lease_next(study=study, annotator=ben)
    created: list[bool] = []

    def say(person: User) -> None:
        created.append(remark(annotator=ben, region_id=region.pk, words=CANNOT, idempotency_key=key).created)

    in_threads([ben] * 8, say)

    assert (sorted(created), Remark.objects.count()) == ([False] * 7 + [True], 1)


@pytest.mark.parametrize("round_", range(4))
def test_a_vote_and_cannot_judge_at_the_same_moment_leave_one_of_both(round_: int) -> None:
    study = make_study(votes_wanted=1)
    region, ben = make_region(study), make_member(study)
    lease_next(study=study, annotator=ben)
    turns = iter([True, False])
    refused: list[str] = []

    def act(person: User) -> None:
        try:
            if next(turns):
                remark(annotator=ben, region_id=region.pk, words=CANNOT, idempotency_key=uuid4())
            else:
                cast_vote(
                    annotator=ben, region_id=region.pk, opinion=make_opinion(), idempotency_key=uuid4(), facts=FACTS
                )
        except Conflict as conflict:
            refused.append(conflict.code)

    in_threads([ben, ben], act)

    vote, said = Vote.objects.filter(surplus=False).count(), Remark.objects.count()
    seat = Assignment.objects.get()
    assert (vote, said, seat.vote is None) in {(1, 0, False), (1, 1, False), (0, 1, True)}
    assert set(refused) <= {"already_voted"}
    assert seat.vote is not None or seat.annotator is None


def test_people_who_judge_some_and_pass_on_others_still_give_every_region_its_votes() -> None:
    study, people = crowded_study(regions=8, people=10, votes_wanted=4)

    def rate(person: User) -> None:
        while (lease := lease_next(study=study, annotator=person)).answer == Answer.SEAT:
            assert lease.assignment is not None
            region_id, key = lease.assignment.region_id, uuid4()
            if (region_id + person.pk) % 3 == 0:  # at most four of the ten
                remark(annotator=person, region_id=region_id, words=CANNOT, idempotency_key=key)
            else:
                cast_vote(
                    annotator=person, region_id=region_id, opinion=make_opinion(), idempotency_key=key, facts=FACTS
                )

    in_threads(people, rate)
    for person in people:  # one after the other: seats that were somebody's, and then passed on, when others had ended
        rate(person)

    audit(study, 8)
    said = set(Remark.objects.values_list("region", "annotator"))
    assert said
    assert said & set(Vote.objects.values_list("region", "annotator")) == set()


def test_a_vote_is_taken_back_once_however_often_it_is_asked() -> None:
    study = make_study(votes_wanted=1)
    region, ben = make_region(study), make_member(study)
    vote = cast(region, ben)
    codes: list[str] = []

    def undo(person: User) -> None:
        try:
            take_back(vote=Vote.objects.get(pk=vote.pk), annotator=ben)
            codes.append("")
        except Conflict as conflict:
            codes.append(conflict.code)

    in_threads([ben] * 6, undo)

    assert sorted(codes) == ["", *["retracted"] * 5]
    assert Assignment.objects.get().annotator == ben
