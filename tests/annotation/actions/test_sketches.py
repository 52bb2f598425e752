import pytest
from django.utils import timezone

from annotation.actions.jobs import DEAD_AFTER
from annotation.actions.sketches import answer_sketch, claim_sketch, fail_sketch, request_sketch
from annotation.enums import JobStatus
from annotation.errors import InvalidInput
from annotation.masks import polygon_mask
from annotation.models import Sketch
from tests.factories import make_image, make_member, make_study

pytestmark = pytest.mark.django_db


def test_a_sketch_goes_from_clicks_to_mask() -> None:
    study = make_study()
    image, ada = make_image(study), make_member(study, "manager")
    sketch = request_sketch(image=image, clicks=[(10, 12, True), (0, 0, False)], by=ada)

    claimed = claim_sketch()
    mask = polygon_mask([(5, 5), (30, 5), (30, 30)], 64, 48)
    answer_sketch(sketch=claimed, mask=mask)

    assert claimed.points() == [(10, 12, True), (0, 0, False)]
    assert claim_sketch() is None
    sketch.refresh_from_db()
    assert (sketch.status, sketch.rle) == (JobStatus.DONE, mask.rle)


def test_a_sketch_whose_worker_died_is_taken_up_by_the_next() -> None:
    study = make_study()
    sketch = request_sketch(image=make_image(study), clicks=[(1, 1, True)], by=make_member(study, "manager"))
    assert (claim_sketch(), claim_sketch()) == (sketch, None)

    Sketch.objects.update(heartbeat_at=timezone.now() - 2 * DEAD_AFTER)

    assert claim_sketch() == sketch


def test_a_failed_sketch_says_why() -> None:
    study = make_study()
    request_sketch(image=make_image(study), clicks=[(1, 1, True)], by=make_member(study, "manager"))

    fail_sketch(sketch=claim_sketch(), reason="nothing there")

    assert Sketch.objects.values_list("status", "error").get() == (JobStatus.FAILED, "nothing there")


@pytest.mark.parametrize(
    "clicks, message",
    [
        ([], "at least one positive click"),
        ([(1, 1, False)], "at least one positive click"),
        ([(64, 1, True)], "64,1 is outside the image of 64×48"),
        ([(1, 1, True)] * 51, "at most 50 clicks, not 51"),
    ],
)
def test_clicks_that_make_no_sense_are_refused(clicks: list[tuple[int, int, bool]], message: str) -> None:
    study = make_study()
    with pytest.raises(InvalidInput, match=message):
        request_sketch(image=make_image(study), clicks=clicks, by=make_member(study, "manager"))
    assert Sketch.objects.count() == 0
