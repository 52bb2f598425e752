"""Two tabs of one person: one exam, no region twice, one score."""

import pytest

from annotation.actions.exams import start_exam
from annotation.enums import ExamKind
from annotation.errors import Conflict
from annotation.models import Assignment, Exam, User
from tests.annotation.actions.teaching import answer_next, teaching_study
from tests.annotation.actions.test_races import in_threads
from tests.factories import make_member

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_two_tabs_start_one_exam() -> None:
    study = teaching_study(training=0)
    ben = make_member(study)

    in_threads([ben] * 8, lambda person: start_exam(study=study, annotator=person, kind=ExamKind.EXAM) and None)

    assert Exam.objects.count() == 1


def test_two_tabs_answer_one_exam_to_its_end() -> None:
    study = teaching_study(training=0, exam=12)
    ben = make_member(study)
    exam = start_exam(study=study, annotator=ben, kind=ExamKind.EXAM)

    def tab(person: User) -> None:
        while True:
            try:
                if answer_next(exam, person) is None:
                    return
            except (Conflict, Assignment.DoesNotExist):  # the other tab was first
                continue

    in_threads([ben] * 4, tab)

    exam.refresh_from_db()
    regions = list(exam.assignments.values_list("region_id", flat=True))
    assert (exam.answered, exam.passed, len(regions), len(set(regions))) == (12, True, 12, 12)
