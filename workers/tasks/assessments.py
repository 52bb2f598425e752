"""Answers clicks anywhere: the mask as soon as there is one, then the numbers, and the sentences when nobody waits."""

import logging
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.db.models.functions import Now

from annotation.actions import assessments, jobs
from annotation.actions.pictures import forget_pictures
from annotation.masks import encode_mask
from annotation.models import Assessment, Heartbeat, Job
from annotation.queries.clicks import WORKER, somebody_waits
from workers.alive import alive
from workers.looks import guess_of
from workers.resident import can_judge, warm
from workers.scenes import forget_all, scene_of

if TYPE_CHECKING:
    from ml.judges.interview import Interview

log = logging.getLogger(__name__)

WORK_SECONDS = 200
NO_NETWORK = (
    "The worker for clicks lacks the packages of the network (torch). Start the worker of the queue interactive where the "
    "GPU's worker runs."
)


@dataclass(frozen=True)
class Talk:
    """An assessment that has its numbers and is still to get its sentences."""

    assessment: Assessment
    interview: "Interview"


@shared_task(soft_time_limit=280, time_limit=300)
def answer_assessments_task() -> int:
    """Answers everything that waits; how many. Sentences are slow in a large model, so no mask waits for them."""
    with alive() as held:  # a large model takes minutes to load, and sentences wait for those who click meanwhile
        answered = _answer_all(held)
    Heartbeat.objects.update_or_create(name=WORKER, defaults={"beat_at": Now()})
    warm()
    return answered


def _answer_all(held: list[Job]) -> int:
    answered, stop_at = 0, time.monotonic() + WORK_SECONDS
    talks: deque[Talk] = deque()
    while True:
        may_claim = time.monotonic() < stop_at and (not answered or somebody_waits())  # cheaper than a claim of nothing
        assessment = assessments.claim_assessment() if may_claim else None
        if assessment is not None:
            held.append(assessment)
            talks.extend(_first(assessment))
            answered += 1
        elif talks:
            _listen(talks.popleft())
        else:
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


def _listen(talk: Talk) -> None:
    """The sentences, and with them the end."""
    try:
        assessments.store_sentences(assessment=talk.assessment, sentences=[*talk.interview.sentences().values()])
    except Exception as error:
        _stop(talk.assessment, error)


def _assess(assessment: Assessment) -> Talk:
    seen = scene_of(assessments.picture_of(assessment))
    points, box = assessments.prompt_of(assessment)
    with suppress(OSError, ValueError):  # the mask is there without a model, too; below it fails again
        seen.look(assessment.version_id)
    mask = seen.segmenter().segment(points, box).mask
    hearing = seen.hear(assessment.version_id, mask)
    assessments.store_mask(assessment=assessment, mask=encode_mask(mask))
    heard = hearing.result()
    assessments.store_judgement(assessment=assessment, guess=guess_of(heard.assessment))
    return Talk(assessment, heard)


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
