"""Studies that teach and examine, and people who answer."""

from uuid import uuid4

from annotation.actions.exams import next_exam_seat, start_exam
from annotation.actions.gold import mark_gold
from annotation.enums import ExamKind, GoldUse
from annotation.models import Exam, Protocol, Study, User, Vote
from tests.annotation.actions.casting import cast_check
from tests.factories import FACTS, make_member, make_opinion, make_region, make_study

TRUTH = {"blur": 2, "quality": 1}
"""What all gold says, beside what make_opinion has by itself."""


def teaching_study(training: int = 2, exam: int = 3, **protocol: object) -> Study:
    """One that wants a training of `training` regions and an exam of `exam`, and has as many of each."""
    study = make_study()
    rules = {"exam_wanted": True, "training_regions": training, "exam_regions": exam}
    Protocol.objects.create(study=study, **{**rules, **protocol})
    ada = make_member(study, "manager")
    for use, count in ((GoldUse.TRAINING, training), (GoldUse.EXAM, exam)):
        for _ in range(count):
            mark_gold(
                region=make_region(study), by=ada, use=use, opinion=make_opinion(**TRUTH), explanation="Soft edges."
            )
    return study


def answer_next(exam: Exam, person: User, **levels: int) -> Vote | None:
    seat = next_exam_seat(exam=exam, annotator=person)
    if seat is None:
        return None
    opinion = make_opinion(**{**TRUTH, **levels})
    return cast_check(annotator=person, seat_id=seat.pk, opinion=opinion, idempotency_key=uuid4(), facts=FACTS).vote


def sit(study: Study, person: User, kind: str = ExamKind.EXAM, **levels: int) -> Exam:
    """From the first region to the last, with the experts' answers but for `levels`."""
    exam = start_exam(study=study, annotator=person, kind=kind)
    while answer_next(exam, person, **levels) is not None:
        pass
    exam.refresh_from_db()
    return exam
