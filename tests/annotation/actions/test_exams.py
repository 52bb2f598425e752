from datetime import timedelta

import pytest
from django.utils import timezone

from annotation.actions.codebooks import publish_codebook
from annotation.actions.exams import next_exam_seat, note_answer, start_exam
from annotation.actions.gold import retire_gold
from annotation.actions.leases import Answer, lease_next
from annotation.enums import ExamKind, Purpose
from annotation.errors import Conflict, Forbidden, InvalidInput
from annotation.models import Assignment, Exam, Gold, Label, Study, User, Vote
from annotation.queries.exams import is_qualified, protocol_of, standing_of, still_qualifies
from tests.annotation.actions.teaching import answer_next, sit, teaching_study
from tests.factories import make_member, make_region, make_study

pytestmark = pytest.mark.django_db


def refusal(study: Study, person: User, kind: str = ExamKind.EXAM) -> str:
    with pytest.raises(Conflict) as refused:
        start_exam(study=study, annotator=person, kind=kind)
    return refused.value.code


def test_training_then_exam_then_work() -> None:
    study = teaching_study(training=2, exam=3)
    ben = make_member(study)
    assert refusal(study, ben) == "training_due"

    training = sit(study, ben, ExamKind.TRAINING)
    assert (training.answered, training.regions, training.passed, training.within) == (2, 2, None, 1.0)
    assert is_qualified(study.pk, ben.pk, 1) is False
    exam = sit(study, ben)

    assert (exam.answered, exam.passed, exam.within, exam.balanced, exam.codebook) == (3, True, 1.0, 1.0, 1)
    assert exam.expires_at is not None
    assert timedelta(days=29) < exam.expires_at - timezone.now() <= timedelta(days=30)
    assert is_qualified(study.pk, ben.pk, 1) is True
    assert refusal(study, ben) == "passed"


def test_what_was_said_counts_for_no_label() -> None:
    study = teaching_study()
    ben = make_member(study)
    sit(study, ben, ExamKind.TRAINING)

    votes = list(Vote.objects.all())

    assert {(vote.purpose, vote.surplus, vote.codebook) for vote in votes} == {(Purpose.TRAINING, True, 1)}
    assert (len(votes), Label.objects.count(), Vote.objects.live().count()) == (2, 0, 0)


def test_no_region_comes_twice_in_one_exam() -> None:
    study = teaching_study(training=0, exam=5)
    exam = sit(study, make_member(study))

    assert len(set(exam.assignments.values_list("region_id", flat=True))) == 5


@pytest.mark.parametrize(
    ("levels", "within", "balanced"), [({"noise": 1, "blur": 5}, 1.0, 0.4), ({"quality": 4}, 2 / 3, 1.0)]
)
def test_failing_by_either_rule_asks_for_training_again(levels: dict[str, int], within: float, balanced: float) -> None:
    study = teaching_study()
    ben = make_member(study)
    sit(study, ben, ExamKind.TRAINING)

    exam = sit(study, ben, **levels)

    assert (exam.passed, exam.expires_at) == (False, None)
    assert (exam.within, exam.balanced) == (pytest.approx(within), pytest.approx(balanced))
    assert refusal(study, ben) == "training_due"
    sit(study, ben, ExamKind.TRAINING)
    assert sit(study, ben).passed is True


def test_without_training_a_failed_exam_waits_a_day() -> None:
    study = teaching_study(training=0)
    ben = make_member(study)
    exam = sit(study, ben, quality=4)

    assert refusal(study, ben) == "wait"
    Exam.objects.filter(pk=exam.pk).update(ended_at=timezone.now() - timedelta(hours=25))
    assert sit(study, ben).passed is True


def test_a_reload_goes_on_where_it_was() -> None:
    study = teaching_study(training=0)
    ben = make_member(study)
    exam = start_exam(study=study, annotator=ben, kind=ExamKind.EXAM)
    answer_next(exam, ben)
    first = next_exam_seat(exam=exam, annotator=ben)

    again = start_exam(study=study, annotator=ben, kind=ExamKind.EXAM)
    seat = next_exam_seat(exam=again, annotator=ben)

    assert first is not None
    assert seat is not None
    assert (again.pk, seat.pk, again.answered) == (exam.pk, first.pk, 1)


def test_one_seat_may_be_loaded_ahead_and_no_more() -> None:
    study = teaching_study(training=0, exam=5)
    ben = make_member(study)
    exam = start_exam(study=study, annotator=ben, kind=ExamKind.EXAM)

    first = next_exam_seat(exam=exam, annotator=ben)
    assert first is not None
    second = next_exam_seat(exam=exam, annotator=ben, holding=[first.pk])
    assert second is not None
    third = next_exam_seat(exam=exam, annotator=ben, holding=[first.pk, second.pk])

    assert (first.region_id != second.region_id, third) == (True, None)


def test_an_answer_noted_twice_counts_once() -> None:
    study = teaching_study(training=0)
    ben = make_member(study)
    exam = start_exam(study=study, annotator=ben, kind=ExamKind.EXAM)
    vote = answer_next(exam, ben)
    assert vote is not None

    note_answer(exam_id=exam.pk, vote=vote)

    exam.refresh_from_db()
    assert (exam.answered, exam.ended_at) == (1, None)


def test_a_qualification_runs_out_and_a_new_codebook_ends_it() -> None:
    study = teaching_study(training=0)
    ben, ada = make_member(study), make_member(study, "manager")
    exam = sit(study, ben)

    publish_codebook(study=study, guidelines="A comma.", by=ada, correction=True, number=1)
    assert is_qualified(study.pk, ben.pk, study.codebook) is True
    publish_codebook(study=study, guidelines="All new.", by=ada, correction=False, number=1)
    assert is_qualified(study.pk, ben.pk, study.codebook) is False
    assert standing_of(study, ben.pk, protocol_of(study)).outdated is True

    assert sit(study, ben).codebook == 2
    Exam.objects.filter(codebook=2).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert is_qualified(study.pk, ben.pk, 2) is False
    assert exam.passed is True


def test_an_exam_begun_under_older_guidelines_is_given_up() -> None:
    study = teaching_study(training=0)
    ben = make_member(study)
    old = start_exam(study=study, annotator=ben, kind=ExamKind.EXAM)
    answer_next(old, ben)
    next_exam_seat(exam=old, annotator=ben)
    publish_codebook(study=study, guidelines="New.", by=ben, correction=False, number=1)

    new = start_exam(study=study, annotator=ben, kind=ExamKind.EXAM)

    old.refresh_from_db()
    assert (new.pk != old.pk, new.codebook, old.passed, old.answered) == (True, 2, False, 1)
    assert Assignment.objects.filter(exam=old, vote=None).count() == 0


def test_what_began_under_older_guidelines_runs_no_more() -> None:
    study = teaching_study(training=3)
    ben = make_member(study)
    old = start_exam(study=study, annotator=ben, kind=ExamKind.TRAINING)
    assert standing_of(study, ben.pk, protocol_of(study)).running == old

    publish_codebook(study=study, guidelines="New.", by=ben, correction=False, number=1)
    study.refresh_from_db()

    assert standing_of(study, ben.pk, protocol_of(study)).running is None


def test_the_last_answer_under_older_guidelines_is_scored_and_qualifies_nobody() -> None:
    study = teaching_study(training=0, exam=1)
    ben = make_member(study)
    old = start_exam(study=study, annotator=ben, kind=ExamKind.EXAM)
    publish_codebook(study=study, guidelines="New.", by=ben, correction=False, number=1)

    answer_next(old, ben)

    old.refresh_from_db()
    assert (old.passed, still_qualifies(old), is_qualified(study.pk, ben.pk, 2)) == (True, False, False)


def test_too_few_regions_make_no_exam() -> None:
    study = teaching_study(training=0, exam=3)
    ben = make_member(study)
    retire_gold(gold=Gold.objects.filter(use="exam").first())

    assert refusal(study, ben) == "no_exam"
    assert refusal(study, ben, ExamKind.TRAINING) == "no_training"


def test_regions_retired_while_it_runs_shorten_it() -> None:
    study = teaching_study(training=0, exam=3)
    ben = make_member(study)
    exam = start_exam(study=study, annotator=ben, kind=ExamKind.EXAM)
    vote = answer_next(exam, ben)
    assert vote is not None
    for gold in Gold.objects.exclude(region=vote.region_id):
        retire_gold(gold=gold)

    assert next_exam_seat(exam=exam, annotator=ben) is None

    exam.refresh_from_db()
    assert (exam.regions, exam.answered, exam.passed) == (1, 1, True)


def test_who_may_not() -> None:
    study = teaching_study()
    with pytest.raises(Forbidden):
        start_exam(study=study, annotator=make_member(study, "reviewer"), kind=ExamKind.EXAM)
    with pytest.raises(InvalidInput):
        start_exam(study=study, annotator=make_member(study), kind="quiz")
    assert refusal(make_study_of(member := make_member(teaching_study())), member) == "no_exam"


def make_study_of(person: User) -> Study:
    """A study without a protocol."""
    study = make_study()
    study.memberships.create(user=person, role="annotator")
    return study


def test_gold_never_comes_as_ordinary_work() -> None:
    study = teaching_study(exam_wanted=False, viewing_check="off", warm_up=0, gold_every=0)

    assert lease_next(study=study, annotator=make_member(study)).answer == Answer.NOTHING_YET


def test_work_is_handed_out_once_the_exam_is_passed_and_no_longer_when_it_has_run_out() -> None:
    study = teaching_study(training=0, viewing_check="off", warm_up=0, gold_every=0)
    make_region(study)
    ben = make_member(study)
    assert lease_next(study=study, annotator=ben).answer == Answer.EXAM_DUE

    exam = sit(study, ben)
    assert lease_next(study=study, annotator=ben).answer == Answer.SEAT

    Exam.objects.filter(pk=exam.pk).update(expires_at=timezone.now())
    assert lease_next(study=study, annotator=ben).answer == Answer.EXAM_DUE
