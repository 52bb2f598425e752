"""Who may rate: training done and exam passed for the guidelines that are followed now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from annotation.aggregation.exam_scores import ExamScore, is_right, score
from annotation.enums import ExamKind, GoldUse, Purpose
from annotation.models import Exam, Gold, Protocol, Study, Vote
from annotation.scales import SCALES

RETRY_AFTER = timedelta(days=1)
"""After a failed exam, in a study without regions for training."""
FEWEST_TOLD = 10
"""Regions of an exam from which on results are told scale by scale: of fewer they would give answers away."""


def is_qualified(study_id: int, user_id: int, codebook: int) -> bool:
    """Whether an exam passed under these guidelines, or newer ones, still holds."""
    return _passed(study_id, user_id, codebook).exists()


def still_qualifies(exam: Exam) -> bool:
    """Whether this exam was passed and has neither run out nor been overtaken by newer guidelines."""
    return _passed(exam.study_id, exam.annotator_id, exam.study.codebook).filter(pk=exam.pk).exists()


def protocol_of(study: Study) -> Protocol | None:
    return Protocol.objects.filter(study=study).first()


def gold_in_use(study_id: int, use: str) -> int:
    return Gold.objects.filter(study_id=study_id, use=use, retired_at=None).count()


@dataclass(frozen=True, slots=True)
class ShortExam:
    """An exam nobody can take: it has fewer known answers than it asks for."""

    there: int
    wanted: int


def short_exam(study: Study) -> ShortExam | None:
    """Where the study wants an exam that cannot be taken yet, so that nobody can qualify."""
    protocol = protocol_of(study)
    if protocol is None or not protocol.exam_wanted:
        return None
    there = gold_in_use(study.pk, GoldUse.EXAM)
    return ShortExam(there, protocol.exam_regions) if there < protocol.exam_regions else None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands between the guidelines and the first vote."""

    wanted: bool
    training_there: bool
    exam_there: bool
    running: Exam | None
    trained: Exam | None
    passed: Exam | None
    failed: Exam | None
    outdated: bool
    trained_before: bool
    wait_until: datetime | None

    @property
    def training_overtaken(self) -> bool:
        """Trained, but under guidelines that are in force no more, and the exam asks for it."""
        return self.wanted and self.training_due and self.trained_before

    @property
    def training_due(self) -> bool:
        """Before an exam: once for each new version of the guidelines, and again after a failed exam."""
        if not self.training_there or self.passed is not None:
            return False
        if self.trained is None:
            return True
        return self.failed is not None and _ended(self.failed) > _ended(self.trained)

    @property
    def exam_open(self) -> bool:
        return self.exam_there and self.passed is None and not self.training_due and self.wait_until is None


def standing_of(study: Study, user_id: int, protocol: Protocol | None) -> Standing:
    own = Exam.objects.filter(study=study, annotator_id=user_id).order_by("-pk")
    ended = own.filter(ended_at__isnull=False, codebook__gte=study.codebook)
    trained = ended.filter(kind=ExamKind.TRAINING).first()
    older = own.filter(kind=ExamKind.TRAINING, within__isnull=False, codebook__lt=study.codebook)
    failed = ended.filter(kind=ExamKind.EXAM, passed=False).first()
    training_there = protocol is not None and protocol.training_regions > 0 and has_training(study.pk)
    once = own.filter(kind=ExamKind.EXAM, passed=True).first()
    passed = _passed(study.pk, user_id, study.codebook).order_by("-expires_at").first()
    return Standing(
        wanted=protocol is not None and protocol.exam_wanted,
        training_there=training_there,
        exam_there=protocol is not None and gold_in_use(study.pk, GoldUse.EXAM) >= protocol.exam_regions,
        running=own.filter(ended_at=None, codebook=study.codebook).order_by("kind").first(),
        trained=trained,
        passed=passed,
        failed=failed,
        outdated=once is not None and passed is None,
        trained_before=trained is None and older.exists(),
        wait_until=None if training_there or passed else _wait_after(failed),
    )


def has_training(study_id: int) -> bool:
    return Gold.objects.filter(study_id=study_id, use=GoldUse.TRAINING, retired_at=None).exists()


def answers_of(exam: Exam) -> list[tuple[Vote, Gold]]:
    """What stands, in the order it was said."""
    votes = Vote.objects.filter(assignment__exam=exam, retracted_at=None).order_by("pk")
    said = list(votes)
    gold = Gold.objects.in_bulk([vote.region_id for vote in said])
    return [(vote, gold[vote.region_id]) for vote in said if vote.region_id in gold]


def score_of(answers: Sequence[tuple[Vote, Gold]]) -> ExamScore:
    return score((vote.opinion.levels(), gold.opinion.levels()) for vote, gold in answers)


def told_score(exam: Exam) -> ExamScore | None:
    """What a person may know of an exam that has ended, scale by scale; training tells more with every answer."""
    enough = exam.kind == ExamKind.TRAINING or exam.answered >= FEWEST_TOLD
    return score_of(answers_of(exam)) if exam.ended_at is not None and enough else None


@dataclass(frozen=True, slots=True)
class Told:
    """One scale of a feedback."""

    scale: str
    own: int
    expert: int
    right: bool


@dataclass(frozen=True, slots=True)
class Feedback:
    exam: Exam
    scales: list[Told]
    explanation: str


def feedback_on(vote: Vote) -> Feedback | None:
    """What experts say of a region, for a vote in training; None for every other vote, whatever it was for."""
    if vote.purpose != Purpose.TRAINING:
        return None
    exam = Exam.objects.filter(assignments__vote=vote, kind=ExamKind.TRAINING).first()
    gold = Gold.objects.filter(region=vote.region_id).first()
    if exam is None or gold is None or vote.retracted_at is not None:
        return None
    pairs = zip(SCALES, vote.opinion.levels(), gold.opinion.levels(), strict=True)
    scales = [Told(scale, own, expert, is_right(scale, own, expert)) for scale, own, expert in pairs]
    return Feedback(exam, scales, gold.explanation)


def _passed(study_id: int, user_id: int, codebook: int) -> QuerySet[Exam]:
    return Exam.objects.filter(
        study_id=study_id,
        annotator_id=user_id,
        kind=ExamKind.EXAM,
        passed=True,
        codebook__gte=codebook,
        expires_at__gt=timezone.now(),
    )


def _wait_after(failed: Exam | None) -> datetime | None:
    if failed is None:
        return None
    until = _ended(failed) + RETRY_AFTER
    return until if until > timezone.now() else None


def _ended(exam: Exam) -> datetime:
    return exam.ended_at or exam.started_at
