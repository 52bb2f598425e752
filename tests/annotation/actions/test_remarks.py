from uuid import UUID, uuid4

import pytest

from annotation.actions.leases import Answer, lease_next
from annotation.actions.remarks import Words, handle_remark, remark
from annotation.enums import Purpose, RemarkKind, RemarkReason, Role
from annotation.errors import Conflict, InvalidInput
from annotation.models import Assignment, Region, Remark, User
from tests.factories import cast, make_member, make_region, make_study

pytestmark = pytest.mark.django_db
TOO_SMALL = Words(RemarkKind.CANNOT_JUDGE, RemarkReason.SMALL)
FLAG = Words(RemarkKind.FLAG, RemarkReason.OTHER, " a finger is in the picture ")


def say(annotator: User, region: Region, words: Words, key: UUID | None = None) -> Remark:
    return remark(annotator=annotator, region_id=region.pk, words=words, idempotency_key=key or uuid4()).remark


def test_who_cannot_judge_gives_the_seat_to_somebody_else_and_never_gets_the_region_again() -> None:
    study = make_study(votes_wanted=2)
    region = make_region(study)
    ben, eve = make_member(study), make_member(study)
    seat = lease_next(study=study, annotator=ben).assignment
    assert seat is not None

    say(ben, region, TOO_SMALL)

    seat.refresh_from_db()
    assert (seat.annotator, seat.leased_at, seat.leased_until, seat.vote) == (None, None, None, None)
    assert lease_next(study=study, annotator=ben).answer == Answer.NOTHING_NOW
    assert [
        lease_next(study=study, annotator=eve).answer,
        lease_next(study=study, annotator=make_member(study)).answer,
    ] == [
        Answer.SEAT,
        Answer.SEAT,
    ]


def test_a_flag_leaves_the_seat_where_it_is() -> None:
    study = make_study()
    region = make_region(study)
    ben = make_member(study)
    seat = lease_next(study=study, annotator=ben).assignment

    said = say(ben, region, FLAG)

    assert lease_next(study=study, annotator=ben).assignment == seat
    assert (said.kind, said.reason, said.text, said.study) == ("flag", "other", "a finger is in the picture", study)


@pytest.mark.parametrize("words", [TOO_SMALL, FLAG])
def test_the_same_key_is_the_same_remark(words: Words) -> None:
    study = make_study()
    region, ben, key = make_region(study), make_member(study), uuid4()

    first, again = say(ben, region, words, key), say(ben, region, words, key)

    assert (first, Remark.objects.count()) == (again, 1)


def test_cannot_judge_is_said_once_of_a_region_and_flags_as_often_as_one_likes() -> None:
    study = make_study()
    region, ben = make_region(study), make_member(study)

    assert say(ben, region, TOO_SMALL) == say(ben, region, TOO_SMALL)
    assert say(ben, region, FLAG) != say(ben, region, FLAG)
    assert Remark.objects.count() == 3


def test_a_key_of_another_region_is_refused() -> None:
    study = make_study()
    ben, key = make_member(study), uuid4()
    say(ben, make_region(study), FLAG, key)

    with pytest.raises(Conflict) as error:
        say(ben, make_region(study), FLAG, key)

    assert (error.value.code, Remark.objects.count()) == ("key_reused", 1)


def test_who_has_voted_can_only_flag() -> None:
    study = make_study()
    region, ben = make_region(study), make_member(study)
    cast(region, ben)

    with pytest.raises(Conflict) as error:
        say(ben, region, TOO_SMALL)
    say(ben, region, FLAG)

    assert (error.value.code, Remark.objects.get().kind) == ("already_voted", "flag")


@pytest.mark.parametrize("purpose", [Purpose.WARM_UP, Purpose.REPEAT, Purpose.GOLD])
def test_a_seat_made_for_this_person_goes_away_with_the_same_words(purpose: Purpose) -> None:
    study = make_study()
    region, ben = make_region(study), make_member(study)
    cast(region, ben)
    seat = make_check(region, ben, purpose)

    said = remark(annotator=ben, region_id=region.pk, words=TOO_SMALL, idempotency_key=uuid4())

    assert (said.created, Assignment.objects.filter(pk=seat.pk).exists()) == (True, False)


@pytest.mark.parametrize("purpose", [Purpose.TRAINING, Purpose.EXAM])
def test_in_training_and_exam_every_region_is_answered(purpose: Purpose) -> None:
    study = make_study()
    region, ben = make_region(study), make_member(study)
    seat = make_check(region, ben, purpose)

    with pytest.raises(Conflict, match="every region is answered"):
        say(ben, region, TOO_SMALL)
    say(ben, region, FLAG)

    assert Assignment.objects.filter(pk=seat.pk).exists()


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (RemarkReason.OTHER, "  "),
        *((RemarkReason.SMALL, text) for text in ("x" * 501, "a\0b", "half a bird: \ud83d")),
    ],
)
def test_words_that_make_no_sense_change_nothing(reason: RemarkReason, text: str) -> None:
    study = make_study()
    region, ben = make_region(study), make_member(study)
    seat = lease_next(study=study, annotator=ben).assignment

    with pytest.raises(InvalidInput):
        say(ben, region, Words(RemarkKind.CANNOT_JUDGE, reason, text))

    assert (Remark.objects.count(), lease_next(study=study, annotator=ben).assignment) == (0, seat)


def test_a_remark_is_handled_once() -> None:
    study = make_study()
    said = say(make_member(study), make_region(study), FLAG)
    ada, adam = make_member(study, Role.MANAGER), make_member(study, Role.MANAGER)

    first = handle_remark(remark=said, by=ada).handled_at
    again = handle_remark(remark=said, by=adam)

    assert (again.handled_by, again.handled_at) == (ada, first)


def make_check(region: Region, person: User, purpose: Purpose) -> Assignment:
    seat = Assignment.objects.filter(region=region, vote=None).first()
    assert seat is not None
    now = region.study.created_at
    return Assignment.objects.create(
        study=region.study, region=region, number=0, place=0, annotator=person, leased_at=now, leased_until=now,
        purpose=purpose,
    )  # fmt: skip
