"""The model stays in the worker: a real one is asked again and again, and says what it loads."""

from pathlib import Path

import pytest

from annotation.actions.versions import promote, register_version
from annotation.models import Image, ModelVersion, Prelabel, Study
from annotation.version_store import local_directory
from ml.shipped import TINY
from tests.copies import worker
from tests.factories import make_image, make_region, make_study
from tests.pictures import picture_bytes
from tests.workers.test_killed_workers import wait_for
from tests.workers.test_training import FakeChild

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def photograph(study: Study, seed: int) -> Image:
    """Due only when it has its region: the worker looks all the time."""
    image = make_image(study, picture_bytes("PNG", 64, 48, seed=seed), prelabel_due=False)
    make_region(study, image)
    Image.objects.filter(pk=image.pk).update(prelabel_due=True)
    return image


def is_judged(image: Image, version: ModelVersion) -> bool:
    return Prelabel.objects.filter(region__image=image, version=version).exists()


def test_weights_are_loaded_once_for_many_tasks_and_a_new_version_takes_their_place(tmp_path: Path) -> None:
    FakeChild()._train(tmp_path / "newer")
    old, new = (register_version(directory=directory) for directory in (TINY, tmp_path / "newer"))
    study, told = make_study(), tmp_path / "told"
    promote(study=study, version=old, reason="The first.")

    with worker("resident_worker", str(told)) as process:
        for seed in range(3):  # each waits for a task of its own
            image = photograph(study, seed)
            wait_for(lambda image=image: is_judged(image, old), process)  # type: ignore[misc]
        promote(study=study, version=new, reason="It is better.")
        wait_for(lambda: Prelabel.objects.filter(version=new).count() == 3, process)
        wait_for(lambda: judged_in(told) >= 6, process)

    lines = [line.split() for line in told.read_text().splitlines()]
    assert len({pid for pid, _, _ in lines}) == 1
    assert [name for _, what, name in lines if what == "load"] == [
        local_directory(one.folder).name for one in (old, new)
    ]
    assert len([what for _, what, _ in lines if what == "task"]) >= 4


def judged_in(told: Path) -> int:
    """Images, in tasks that have ended."""
    return sum(int(line.split()[2]) for line in told.read_text().splitlines() if line.split()[1] == "task")
