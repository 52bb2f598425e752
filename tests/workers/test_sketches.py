from contextlib import suppress

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from annotation.actions.sketches import request_sketch
from annotation.enums import JobStatus
from annotation.masks import decode_mask
from annotation.models import Image, Sketch
from tests.factories import make_image, make_member, make_study
from tests.pictures import picture_bytes
from tests.workers.proposers import FakeProposer
from workers.tasks import sketches
from workers.tasks.proposals import propose_regions_task
from workers.tasks.sketches import answer_sketches_task

pytestmark = pytest.mark.django_db


def test_clicks_are_answered_and_the_image_is_looked_at_once(fake: FakeProposer) -> None:
    study = make_study()
    image, ada = make_image(study, picture_bytes("PNG", 64, 48)), make_member(study, "manager")
    for x in (25, 30):
        request_sketch(image=image, clicks=[(x, 22, True)], by=ada)

    assert answer_sketches_task() == 2

    first, second = Sketch.objects.order_by("pk")
    assert (first.status, second.status, fake.looked) == (JobStatus.DONE, JobStatus.DONE, 1)
    assert decode_mask(first.rle, 64, 48)[2:42, 5:45].all()
    assert decode_mask(second.rle, 64, 48).sum() == 1600


def test_a_worker_that_proposes_between_two_clicks_does_not_mix_up_the_images(fake: FakeProposer) -> None:
    study = make_study()
    image, ada = make_image(study, picture_bytes("PNG", 64, 48)), make_member(study, "manager")
    Image.objects.update(proposed_at=timezone.now())
    request_sketch(image=image, clicks=[(25, 22, True)], by=ada)
    answer_sketches_task()
    make_image(study, picture_bytes("PNG", 48, 64), width=48, height=64)
    propose_regions_task()
    request_sketch(image=image, clicks=[(30, 22, True)], by=ada)

    answer_sketches_task()

    second = Sketch.objects.latest("pk")
    assert decode_mask(second.rle, 64, 48).sum() == 1600


def test_clicks_without_an_answer_say_why(fake: FakeProposer) -> None:
    study = make_study()
    image, ada = make_image(study, picture_bytes("PNG", 64, 48)), make_member(study, "manager")
    request_sketch(image=image, clicks=[(25, 22, True), (30, 30, False)], by=ada)

    answer_sketches_task()

    assert Sketch.objects.values_list("status", "error").get() == (
        JobStatus.FAILED,
        "no region leaves these points out",
    )


@pytest.mark.parametrize("error", [RuntimeError("CUDA out of memory"), SoftTimeLimitExceeded()])
def test_what_nobody_foresaw_is_answered_too_and_the_next_click_begins_anew(
    fake: FakeProposer, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    study = make_study()
    image, ada = make_image(study, picture_bytes("PNG", 64, 48)), make_member(study, "manager")
    request_sketch(image=image, clicks=[(25, 22, True)], by=ada)

    def fail(self: FakeProposer, rgb: object) -> None:
        raise error

    with monkeypatch.context() as once:
        once.setattr(FakeProposer, "set_image", fail)
        with suppress(SoftTimeLimitExceeded):  # the task's own end
            answer_sketches_task()

    kind = type(error).__name__
    assert Sketch.objects.values_list("status", "error").get() == (
        JobStatus.FAILED,
        f"The model stopped on an unexpected error ({kind}); see the worker's log.",
    )
    request_sketch(image=image, clicks=[(25, 22, True)], by=ada)
    assert answer_sketches_task() == 1
    assert Sketch.objects.latest("pk").status == JobStatus.DONE


def test_slow_answers_leave_the_rest_to_the_next_task(fake: FakeProposer, monkeypatch: pytest.MonkeyPatch) -> None:
    study = make_study()
    image, ada = make_image(study, picture_bytes("PNG", 64, 48)), make_member(study, "manager")
    for x in (25, 30):
        request_sketch(image=image, clicks=[(x, 22, True)], by=ada)
    clock = iter([0.0, 0.0, 21.0])
    monkeypatch.setattr(sketches, "monotonic", lambda: next(clock))

    assert answer_sketches_task() == 1

    assert list(Sketch.objects.order_by("pk").values_list("status", flat=True)) == [JobStatus.DONE, JobStatus.QUEUED]
