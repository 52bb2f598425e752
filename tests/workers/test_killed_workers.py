"""Workers killed as the kernel kills them, in the middle of their work: nothing is missing, nothing is there twice."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from annotation.actions.training import request_training
from annotation.actions.versions import promote, register_version
from annotation.enums import Decision, JobStatus, PromotionPolicy, TrainingTrigger
from annotation.models import Evaluation, GateCheck, Image, ModelVersion, Prelabel, Promotion, Study, TrainingRun
from ml.shipped import TINY
from tests.copies import Running, worker
from tests.factories import cast, make_image, make_member, make_region, make_study, make_version
from tests.pictures import picture_bytes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PATIENCE_SECONDS = 900
"""So long that only what hangs is stopped, however busy the machine is."""


def wait_for(condition: Callable[[], bool], process: Running | None = None) -> None:
    """Until it holds; an error when that takes very long, or `process` has ended without it."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < until, "it does not get on"
        assert process is None or process.poll() is None, "the worker ended"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """A dead one that nobody has asked after is not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1] not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False


def later(minutes: int) -> None:
    """What the killed worker held begins to look old."""
    past = timezone.now() - timedelta(minutes=minutes)
    Image.objects.filter(prelabel_claimed_at__isnull=False).update(prelabel_claimed_at=past)
    TrainingRun.objects.filter(heartbeat_at__isnull=False).update(heartbeat_at=past)


def photographs(study: Study, count: int, split: str = "train") -> list[Image]:
    return [make_image(study, picture_bytes("PNG", 64, 48, seed=n), split=split) for n in range(count)]


def test_prelabellers_killed_in_the_midst_of_a_claim_leave_each_region_one_prelabel(tmp_path: Path) -> None:
    study = make_study()
    promote(study=study, version=make_version(), reason="The first.")
    regions = [make_region(study, image).pk for image in photographs(study, 6) for _ in range(3)]

    kept = []
    for wanted, place in ((3, "judging"), (6, "storing")):
        told = tmp_path / place
        with worker("prelabeller", place, str(told)) as process:
            wait_for(told.is_file, process)
            wait_for(lambda wanted=wanted: Prelabel.objects.count() == wanted, process)  # type: ignore[misc]
        later(minutes=6)
        kept.append(Prelabel.objects.count())
    with worker("prelabeller") as one, worker("prelabeller") as other:  # at once
        for process in (one, other):
            process.wait(timeout=PATIENCE_SECONDS)

    assert kept == [3, 6]  # of each worker the first image, and of the one it was killed at nothing
    assert sorted(Prelabel.objects.values_list("region", flat=True)) == regions
    assert set(Image.objects.values_list("prelabel_due", "prelabel_claimed_at", "prelabel_error")) == {
        (False, None, "")
    }


def test_a_trainer_killed_beside_its_child_takes_it_along_and_the_next_one_goes_on(tmp_path: Path) -> None:
    study = make_study(votes_wanted=1, promotion_policy=PromotionPolicy.AUTOMATIC)
    champion = register_version(directory=TINY)
    promote(study=study, version=champion, reason="It came with the platform.")
    for image in (*photographs(study, 2), make_image(study, picture_bytes("PNG", 64, 48, seed=9), split="test")):
        cast(make_region(study, image), make_member(study))
    run = request_training(study=study, trigger=TrainingTrigger.PERSON)
    work, told = tmp_path / "work", tmp_path / "child"

    with worker("trainer", str(work), "ml.train", str(told)) as process:
        wait_for(told.is_file, process)
    wait_for(lambda: not is_alive(int(told.read_text())))
    run.refresh_from_db()
    study.refresh_from_db()
    assert (run.status, study.active_version) == (JobStatus.RUNNING, champion)
    later(minutes=2)
    with worker("trainer", str(work)) as process:
        process.wait(timeout=PATIENCE_SECONDS)

    run.refresh_from_db()
    study.refresh_from_db()
    assert (run.status, run.decision, run.attempts, run.error) == (JobStatus.DONE, Decision.PROMOTED, 2, "")
    assert study.active_version == run.candidate
    assert ModelVersion.objects.filter(study=study).count() == GateCheck.objects.count() == 1
    assert (Evaluation.objects.count(), Promotion.objects.filter(study=study).count()) == (2, 2)
    assert [*work.iterdir()] == []
