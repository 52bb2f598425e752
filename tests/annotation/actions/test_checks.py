"""Seats and votes about the person who rates: kept, never counted, answered like any other."""

from itertools import pairwise
from uuid import uuid4

import pytest

from annotation.actions.checks import make_check_seat
from annotation.actions.leases import Answer, lease_next, lease_token, release, renew
from annotation.actions.seat_numbers import number_of, pk_of
from annotation.actions.votes import retract_vote
from annotation.enums import ExamKind, Purpose
from annotation.errors import Conflict
from annotation.models import Assignment, Exam, Label, Region, Sitting, Study, User, Vote
from annotation.queries.seat_verification import seat_differences
from annotation.queries.verification import replay_labels
from tests.annotation.actions.casting import cast_check
from tests.factories import FACTS, cast, make_member, make_opinion, make_region, make_study
from tests.webapp.api.client import Api, ballot, error_of

pytestmark = pytest.mark.django_db
HIDDEN = [Purpose.WARM_UP, Purpose.REPEAT, Purpose.GOLD]


@pytest.fixture
def study() -> Study:
    return make_study(votes_wanted=1, slug="birds")


@pytest.fixture
def ben(study: Study) -> User:
    return make_member(study)


@pytest.fixture
def region(study: Study, ben: User) -> Region:
    """Ben has rated it."""
    region = make_region(study)
    cast(region, ben, quality=4)
    return region


def check(study: Study, ben: User, region: Region, purpose: Purpose = Purpose.REPEAT) -> Assignment:
    return make_check_seat(study=study, annotator=ben, region=region, purpose=purpose)


def say(seat: Assignment, ben: User, **levels: int) -> Vote:
    opinion = make_opinion(**levels)
    return cast_check(annotator=ben, seat_id=seat.pk, opinion=opinion, idempotency_key=uuid4(), facts=FACTS).vote


@pytest.mark.parametrize("purpose", HIDDEN)
def test_a_check_is_kept_but_moves_no_label(study: Study, ben: User, region: Region, purpose: Purpose) -> None:
    before = Label.objects.values().get(region=region)
    seat = check(study, ben, region, purpose)

    vote = say(seat, ben, quality=0)

    seat.refresh_from_db()
    stored = Vote.objects.get(pk=vote.pk)
    assert (stored.purpose, stored.surplus, stored.late, stored.quality) == (purpose, True, False, 0)
    assert (vote.purpose, vote.surplus, vote.late) == (purpose, True, False)
    assert (seat.vote, seat.number, seat.annotator) == (stored, 0, ben)
    assert Label.objects.values().get(region=region) == before
    assert list(seat_differences(study)) == []
    assert [found for batch in replay_labels(study) for found in batch] == []


def test_a_check_closed_by_another_vote_is_found(study: Study, ben: User, region: Region) -> None:
    seat, other = check(study, ben, region), check(study, ben, make_region(study), Purpose.GOLD)
    mine, wrong = say(seat, ben), say(other, ben)
    Assignment.objects.filter(pk=other.pk).update(vote=None)
    Assignment.objects.filter(pk=seat.pk).update(vote=wrong)

    assert [found.subject for found in seat_differences(study)] == [f"check {seat.pk}"]
    Assignment.objects.filter(pk=seat.pk).update(vote=mine)
    assert list(seat_differences(study)) == []


def test_a_check_is_stored_with_its_facts_and_codebook(study: Study, ben: User, region: Region) -> None:
    Study.objects.update(codebook=3)

    vote = Vote.objects.get(pk=say(check(study, ben, region), ben).pk)

    assert (vote.duration_ms, vote.viewport_width, vote.codebook) == (12_000, 1280, 3)
    assert vote.opinion == make_opinion()


def test_the_same_key_is_the_same_check(study: Study, ben: User, region: Region) -> None:
    seat = check(study, ben, region)
    same = {"annotator": ben, "seat_id": seat.pk, "idempotency_key": uuid4(), "facts": FACTS}
    first = cast_check(opinion=make_opinion(), **same)

    again = cast_check(opinion=make_opinion(quality=0), **same)

    assert (first.created, again.created, again.vote) == (True, False, first.vote)
    assert Vote.objects.filter(purpose="repeat").get().quality == 3


def test_a_second_answer_and_another_s_key_are_refused(study: Study, ben: User, region: Region) -> None:
    seat = check(study, ben, region)
    said = say(seat, ben)

    with pytest.raises(Conflict, match="take that vote back"):
        say(seat, ben)
    other = check(study, ben, make_region(study))
    with pytest.raises(Conflict, match="another region"):
        cast_check(
            annotator=ben, seat_id=other.pk, opinion=make_opinion(), idempotency_key=said.idempotency_key, facts=FACTS
        )

    assert Vote.objects.filter(purpose="repeat").count() == 1


def test_a_check_taken_back_is_the_person_s_again(study: Study, ben: User, region: Region) -> None:
    seat = check(study, ben, region)
    said = say(seat, ben)

    retract_vote(vote=said, annotator=ben)

    assert lease_next(study=study, annotator=ben).assignment == seat
    again = say(seat, ben, quality=1)
    assert (again.pk != said.pk, Vote.objects.filter(purpose="repeat").count()) == (True, 2)
    assert Label.objects.get(region=region).quality_level == 4
    replay = cast_check(
        annotator=ben, seat_id=seat.pk, opinion=make_opinion(), idempotency_key=again.idempotency_key, facts=FACTS
    )
    assert (replay.vote, replay.created) == (again, False)


def test_the_same_check_is_made_once_and_another_is_refused(study: Study, ben: User, region: Region) -> None:
    seat = check(study, ben, region)

    assert check(study, ben, region) == seat
    with pytest.raises(Conflict, match="another check open"):
        check(study, ben, region, Purpose.GOLD)

    say(seat, ben)
    assert check(study, ben, region, Purpose.GOLD) != seat


def test_a_check_is_handed_out_renewed_and_given_back(study: Study, ben: User, region: Region) -> None:
    seat = check(study, ben, region)

    assert lease_next(study=study, annotator=ben).assignment == seat
    assert renew(assignment=seat, annotator=ben).pk == seat.pk
    release(assignment=seat, annotator=ben)

    assert lease_next(study=study, annotator=ben).answer == Answer.ALL_DONE
    with pytest.raises(Conflict, match="The lease ran out"):
        renew(assignment=seat, annotator=ben)
    assert say(seat, ben).late


def test_nobody_else_gets_a_check(study: Study, ben: User, region: Region) -> None:
    seat = check(study, ben, region)
    Assignment.objects.filter(pk=seat.pk).update(leased_until="2020-01-01T00:00Z", leased_at="2019-01-01T00:00Z")

    assert lease_next(study=study, annotator=make_member(study)).answer == Answer.ALL_DONE


def test_training_and_exam_seats_are_not_ordinary_work(study: Study, ben: User) -> None:
    region = make_region(study)
    exam = Exam.objects.create(study=study, annotator=ben, kind=ExamKind.TRAINING, codebook=1, regions=1)
    Sitting.objects.create(study=study, annotator=ben, number=1)
    seat = make_check_seat(study=study, annotator=ben, region=region, purpose=Purpose.TRAINING, exam=exam)

    assert lease_next(study=study, annotator=ben).answer == Answer.NOTHING_NOW
    vote = Vote.objects.get(pk=say(seat, ben).pk)

    exam.refresh_from_db()
    assert (exam.answered, vote.sitting, vote.position) == (1, None, None)


def test_a_vote_by_the_api_goes_where_its_seat_says(study: Study, ben: User, region: Region) -> None:
    make_region(study)
    ordinary = lease_next(study=study, annotator=ben).assignment
    repeat = check(study, ben, region)

    def answer(seat: Assignment) -> dict[str, object]:
        response = Api(ben).post("votes", ballot(lease_token(seat, ben)))
        assert response.status_code == 201
        return response.json()

    one, other = answer(ordinary), answer(repeat)

    assert one | {"id": 0, "created_at": ""} == other | {"id": 0, "created_at": ""}
    assert set(Vote.objects.values_list("pk", "purpose").order_by("pk")[1:]) == {
        (one["id"], "label"), (other["id"], "repeat"),
    }  # fmt: skip
    mine = Api(ben).get("studies/birds/votes/mine").json()["results"]
    assert [set(vote) == set(mine[0]) for vote in mine] == [True] * 3
    assert [vote["surplus"] for vote in mine] == [False] * 3
    again = [error_of(Api(ben).post("votes", ballot(lease_token(seat, ben)))) for seat in (ordinary, repeat)]
    assert again == [(409, "already_voted")] * 2


def test_the_number_of_a_seat_says_nothing_about_its_place() -> None:
    numbers = [number_of(pk) for pk in range(1, 2000)]

    assert [pk_of(number) for number in numbers] == list(range(1, 2000))
    assert max(numbers) < 2**48
    rising = sum(one < other for one, other in pairwise(numbers))
    assert 900 < rising < 1100
    assert [pk_of(number) for number in (-1, 2**48, 2**60)] == [0, 0, 0]
