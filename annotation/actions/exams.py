"""Training and exam: regions with a known answer, rated on the ordinary screen, one person's own."""

import random
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from annotation.actions.checks import make_check_seat
from annotation.enums import ExamKind, GoldUse, Purpose, Role, StudyStatus
from annotation.errors import Conflict, Forbidden, InvalidInput
from annotation.models import Assignment, Exam, Gold, Protocol, Region, Study, User, Vote
from annotation.queries.exams import Standing, answers_of, protocol_of, score_of, standing_of
from annotation.queries.hot_rows import lock_member

HELD_AT_MOST = 2
_USES = {ExamKind.TRAINING: GoldUse.TRAINING, ExamKind.EXAM: GoldUse.EXAM}
_PURPOSES = {ExamKind.TRAINING: Purpose.TRAINING, ExamKind.EXAM: Purpose.EXAM}


def start_exam(*, study: Study, annotator: User, kind: str) -> Exam:
    """Begins a training or an exam, or goes on with the one that runs: two tabs get the same.

    Raises InvalidInput for another kind, Forbidden for people who do not rate, Conflict when it is not the time for it.
    """
    if kind not in ExamKind.values:
        raise InvalidInput(f"The kind must be one of {', '.join(ExamKind.values)}, not {kind!r}.")
    with transaction.atomic():
        member = lock_member(study.pk, annotator.pk)
        if member is None or member.role not in {Role.ANNOTATOR, Role.MANAGER}:
            raise Forbidden("Only annotators and managers of this study can be examined in it.")
        fresh = Study.objects.get(pk=study.pk)
        protocol = protocol_of(fresh)
        standing = standing_of(fresh, annotator.pk, protocol)
        running = Exam.objects.filter(study=fresh, annotator=annotator, kind=kind, ended_at=None).first()
        if running is not None and running.codebook == fresh.codebook:
            return running
        _check_time(fresh, standing, kind)
        if running is not None:
            _give_up(running)
        regions = _regions(fresh, protocol, ExamKind(kind))
        return Exam.objects.create(
            study=fresh, annotator=annotator, kind=kind, codebook=fresh.codebook, regions=regions
        )


def next_exam_seat(*, exam: Exam, annotator: User, holding: Sequence[int] = ()) -> Assignment | None:
    """The next region of a running exam, or one of those the client does not hold yet; None when all are handed out."""
    with transaction.atomic():
        fresh = lock_exam(exam.pk)
        if fresh.ended_at is not None:
            return None
        seats = list(fresh.assignments.order_by("pk").select_related("region"))
        unfinished = [seat for seat in seats if seat.vote_id is None]
        waiting = [seat.region for seat in unfinished if seat.pk not in holding]
        full = len(unfinished) >= HELD_AT_MOST
        region = waiting[0] if waiting else None if full else _next_region(fresh, len(seats))
        if region is None:
            return None
        return make_check_seat(
            study=fresh.study, annotator=annotator, region=region, purpose=_PURPOSES[ExamKind(fresh.kind)], exam=fresh
        )


def note_answer(*, exam_id: int, vote: Vote) -> None:
    """Counts what stands, and ends the exam with its score when that was the last answer. Harmless when repeated."""
    with transaction.atomic():
        exam = lock_exam(exam_id)
        if exam.ended_at is not None or vote.annotator_id != exam.annotator_id:
            return
        exam.answered = min(exam.regions, exam.assignments.filter(vote__retracted_at=None, vote__isnull=False).count())
        exam.save(update_fields=["answered"])
        if exam.answered == exam.regions:
            _end(exam)


def _end(exam: Exam) -> None:
    result, now = score_of(answers_of(exam)), timezone.now()
    exam.within, exam.balanced, exam.ended_at = result.total.within_share, result.total.balanced, now
    if exam.kind == ExamKind.EXAM:
        protocol = protocol_of(exam.study) or Protocol()
        exam.passed = result.passes(within=protocol.exam_within, balanced=protocol.exam_balanced)
        exam.expires_at = now + timedelta(days=protocol.qualified_days) if exam.passed else None
    exam.save(update_fields=["within", "balanced", "ended_at", "passed", "expires_at"])


def _check_time(study: Study, standing: Standing, kind: str) -> None:
    if study.status == StudyStatus.CLOSED:
        raise Conflict("This study is closed.", code="study_closed")
    if kind == ExamKind.TRAINING:
        if not standing.training_there:
            raise Conflict("This study has no regions to train with.", code="no_training")
        return
    if not standing.exam_there:
        raise Conflict("This study has not enough regions for an exam yet; its manager can add some.", code="no_exam")
    if standing.passed is not None:
        raise Conflict("You have passed; the exam is due again when that runs out.", code="passed")
    if standing.training_due:
        raise Conflict("Do the training first.", code="training_due")
    if standing.wait_until is not None:
        raise Conflict(f"You can try again after {standing.wait_until:%Y-%m-%d %H:%M} UTC.", code="wait")


def _give_up(exam: Exam) -> None:
    """It began under older guidelines: what was said is kept, the rest is never asked."""
    exam.assignments.filter(vote=None).delete()
    exam.ended_at = timezone.now()
    exam.passed = False if exam.kind == ExamKind.EXAM else None
    exam.save(update_fields=["ended_at", "passed"])


def _regions(study: Study, protocol: Protocol | None, kind: ExamKind) -> int:
    """An exam has the number the study wants; a training at most that."""
    wanted = protocol or Protocol()
    if kind == ExamKind.EXAM:
        return wanted.exam_regions
    there = Gold.objects.filter(study=study, use=GoldUse.TRAINING, retired_at=None).count()
    return min(there, wanted.training_regions)


def _next_region(exam: Exam, handed_out: int) -> Region | None:
    """Of those the person has said least about, in an order of this exam's own; none when it has all its regions."""
    if handed_out >= exam.regions:
        return None
    own = Count("votes", Q(votes__annotator_id=exam.annotator_id, votes__retracted_at=None))
    pool = Region.objects.filter(
        gold__study=exam.study, gold__use=_USES[ExamKind(exam.kind)], gold__retired_at=None
    ).accepted()
    taken = Assignment.objects.filter(Q(exam=exam) | Q(annotator_id=exam.annotator_id, vote=None)).values("region")
    rows = list(pool.exclude(pk__in=taken).annotate(said=own).order_by("pk").values_list("said", "pk"))
    if not rows:
        _shorten(exam, handed_out)
        return None
    chance = random.Random(f"{exam.study.seed}:{exam.pk}:{handed_out}")  # noqa: S311  an order, not a secret
    fewest = min(said for said, _ in rows)
    chosen = chance.choice([pk for said, pk in rows if said == fewest])
    return Region.objects.get(pk=chosen)


def _shorten(exam: Exam, handed_out: int) -> None:
    """Regions were retired while it ran. It ends with those that were handed out."""
    exam.regions = max(handed_out, exam.answered)
    exam.save(update_fields=["regions"])
    if exam.answered == exam.regions:
        _end(exam)


def lock_exam(pk: int) -> Exam:
    """Orders what happens in one exam. Taken before the lock of a seat, after that of a region."""
    return Exam.objects.select_for_update(of=("self",)).select_related("study", "annotator").get(pk=pk)
