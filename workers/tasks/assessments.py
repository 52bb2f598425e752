"""Answers clicks anywhere: the mask as soon as there is one, then the numbers, and the sentences when nobody waits."""

import logging
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from annotation.actions import assessments, jobs
from annotation.actions.pictures import forget_pictures
from annotation.masks import encode_mask
from annotation.models import Assessment, Heartbeat
from annotation.queries.clicks import WORKER
from workers.resident import can_judge, warm
from workers.scenes import Scene, forget_all, scene_of
from workers.tasks.prelabels import guess_of

if TYPE_CHECKING:
    from numpy import bool_
    from numpy.typing import NDArray

    from ml.judges import TalkingJudge

log = logging.getLogger(__name__)

WORK_SECONDS = 200
NO_NETWORK = (
    "The worker for clicks lacks the packages of the network (torch). Start the worker of the queue interactive where the "
    "GPU's worker runs."
)


@dataclass
class Talk:
    """An assessment that has its numbers and is still to get its sentences."""

    assessment: Assessment
    scene: Scene
    mask: "NDArray[bool_]"
    questions: list[str]
    sentences: list[str] = field(default_factory=list)


@shared_task(soft_time_limit=280, time_limit=300)
def answer_assessments_task() -> int:
    """Answers everything that waits; how many. Sentences are slow in a large model, so no mask waits for them."""
    answered, stop_at = 0, time.monotonic() + WORK_SECONDS
    talks: deque[Talk] = deque()
    while True:
        assessment = jobs.claim(Assessment) if time.monotonic() < stop_at else None
        if assessment is not None:
            talks.extend(_first(assessment))
            answered += 1
        elif talks:
            talks.extendleft(_next(talks.popleft()))
        else:
            break
    Heartbeat.objects.update_or_create(name=WORKER, defaults={"beat_at": timezone.now()})
    warm()
    return answered


@shared_task(soft_time_limit=280, time_limit=300)
def forget_assessments_task() -> int:
    """Pictures and answers older than a day."""
    return forget_pictures() + assessments.forget_assessments()


def _first(assessment: Assessment) -> list[Talk]:
    """Mask and numbers, then the talk about them, if the model talks."""
    if not can_judge():
        jobs.fail(assessment, NO_NETWORK)
        return []
    try:
        return [_assess(assessment)]
    except Exception as error:
        _stop(assessment, error)
        return []


def _next(talk: Talk) -> list[Talk]:
    """Asks one question; the talk again when it is not over."""
    try:
        return [talk] if _ask(talk) else []
    except Exception as error:
        _stop(talk.assessment, error)
        return []


def _assess(assessment: Assessment) -> Talk:
    from ml.seagull import prompts  # slow import

    seen = scene_of(assessments.picture_of(assessment))
    points, box = assessments.prompt_of(assessment)
    with suppress(OSError, ValueError):  # the mask is there without a model, too; below it fails again
        seen.look(assessment.version_id)
    mask = seen.segmenter().segment(points, box).mask
    assessments.store_mask(assessment=assessment, mask=encode_mask(mask))
    model = seen.judge(assessment.version_id)
    [said] = model.assess(mask[None])
    assessments.store_judgement(assessment=assessment, guess=guess_of(said))
    talks = hasattr(model, "answer")  # a model that only scores has nothing to say
    questions = [prompts.ASK_QUALITY, prompts.ASK_IMPORTANCE, prompts.ASK_DISTORTION] if talks else []
    return Talk(assessment, seen, mask, questions)


def _ask(talk: Talk) -> bool:
    """Whether there is more to ask."""
    if talk.questions:
        model = cast("TalkingJudge", talk.scene.judge(talk.assessment.version_id))
        talk.sentences.append(model.answer(talk.mask, talk.questions.pop(0)))
        assessments.store_sentences(assessment=talk.assessment, sentences=talk.sentences)
    if not talk.questions:
        jobs.finish(talk.assessment)
    return bool(talk.questions)


def _stop(assessment: Assessment, error: Exception) -> None:
    """Nothing that one click does may stop the others; what nobody foresaw is in the log."""
    if isinstance(error, jobs.JobStopped):
        return
    if isinstance(error, (OSError, ValueError, MemoryError)):  # a click on nothing, a broken file or version
        jobs.fail(assessment, str(error) or type(error).__name__)
        return
    log.error("Assessment %s failed", assessment.pk, exc_info=error)
    jobs.fail(assessment, f"The model stopped on an unexpected error ({type(error).__name__}); see the worker's log.")
    forget_all()  # whatever it left behind in memory
    if isinstance(error, SoftTimeLimitExceeded):
        raise error
