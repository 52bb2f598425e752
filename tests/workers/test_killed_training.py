"""Real training of the shipped model beside a worker, both killed as the kernel kills them."""

import json
import os
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest

from annotation.actions.training import request_training
from annotation.actions.versions import promote, register_version
from annotation.enums import Decision, JobStatus, PromotionPolicy, TrainingTrigger
from annotation.models import ModelVersion, Prelabel, Study, TrainingRun
from ml.shipped import TINY
from tests.copies import worker
from tests.factories import cast, make_image, make_member, make_region, make_study
from tests.pictures import picture_bytes
from tests.workers.held_training import HELD_AFTER
from tests.workers.test_killed_workers import PATIENCE_SECONDS, is_alive, later, wait_for
from workers.tasks.prelabels import prelabel_regions_task

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
STEPS = 6
"""One of each epoch: all regions fit into a step."""


@dataclass
class Scene:
    study: Study
    champion: ModelVersion
    run: TrainingRun
    folder: Path

    @property
    def work(self) -> Path:
        return self.folder / f"run-{self.run.pk}"

    def refresh(self) -> None:
        self.run.refresh_from_db()
        self.study.refresh_from_db()

    def hold(self, told: Path) -> int:
        """A worker whose training is held after two steps is killed; the number of the training's process."""
        with worker("trainer", str(self.folder), "real", str(told)) as process:
            wait_for(told.is_file, process)
        return int(told.read_text())

    def work_on(self) -> None:
        with worker("trainer", str(self.folder), "real") as process:
            process.wait(timeout=PATIENCE_SECONDS)
        self.refresh()


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Three labels to learn from and three to compare on, one in a photograph each."""
    study = make_study(votes_wanted=1, promotion_policy=PromotionPolicy.AUTOMATIC)
    champion = register_version(directory=TINY)
    promote(study=study, version=champion, reason="It came with the platform.")
    for number in range(6):
        content = picture_bytes("PNG", 64, 48, seed=number)
        region = make_region(study, make_image(study, content, split=("train", "test")[number % 2]))
        cast(region, make_member(study), quality=number % 5, importance=4 - number % 5, blur=number)
    run = request_training(study=study, trigger=TrainingTrigger.PERSON)
    return Scene(study, champion, run, tmp_path / "work")


def test_real_training_goes_on_after_the_kill_of_its_worker_and_the_champion_speaks_meanwhile(
    scene: Scene, tmp_path: Path
) -> None:
    child = scene.hold(tmp_path / "held")
    wait_for(lambda: not is_alive(child))

    scene.refresh()
    assert (scene.run.status, scene.study.active_version) == (JobStatus.RUNNING, scene.champion)
    assert prelabel_regions_task() == 6
    assert {row.version for row in Prelabel.objects.all()} == {scene.champion}
    assert f"stopped and saved after step {HELD_AFTER}" in (scene.work / "train.log").read_text()
    mark_first_step(scene.work)
    later(minutes=2)
    scene.work_on()

    assert (scene.run.status, scene.run.error, scene.run.attempts) == (JobStatus.DONE, "", 2)
    assert (scene.run.losses[0], len(scene.run.losses)) == (99.0, STEPS)  # the first steps were not taken again
    assert scene.run.candidate is not None
    promoted = scene.run.decision == Decision.PROMOTED
    assert scene.study.active_version == (scene.run.candidate if promoted else scene.champion)
    assert [*scene.folder.iterdir()] == []


def test_real_training_that_is_killed_itself_fails_with_its_log(scene: Scene, tmp_path: Path) -> None:
    told = tmp_path / "held"
    with worker("trainer", str(scene.folder), "real", str(told)) as process:
        wait_for(told.is_file, process)
        os.kill(int(told.read_text()), signal.SIGKILL)
        process.wait(timeout=PATIENCE_SECONDS)

    scene.refresh()
    assert (scene.run.status, scene.study.active_version) == (JobStatus.FAILED, scene.champion)
    assert (bool(scene.run.error), "reading images" in scene.run.log) == (True, True)
    assert [path.name for path in scene.work.glob("*.log")] == ["train.log"]


def mark_first_step(work: Path) -> None:
    """What is learnt anew is written anew; the mark stays only where training goes on behind it."""
    journal = work / "candidate.training" / "metrics.jsonl"
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    assert [line["step"] for line in lines] == [*range(1, HELD_AFTER + 1)]
    lines[0]["loss"] = 99.0
    journal.write_text("".join(json.dumps(line) + "\n" for line in lines))
