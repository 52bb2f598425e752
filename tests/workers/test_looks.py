"""The model looks at the next image while the task stores the one before."""

from collections.abc import Callable
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from annotation.actions.prelabels import store_prelabels
from annotation.models import Image, Prelabel
from annotation.version_fetching import NotHereError
from annotation.version_store import local_directory
from ml.seagull.manifest import VersionError
from ml.seagull.scoring import Assessment
from tests.factories import make_region
from tests.workers.predictors import FakePredictor, Masks
from tests.workers.test_prelabels import photograph, study_with_a_model
from workers import looks, resident
from workers.tasks import prelabels
from workers.tasks.prelabels import prelabel_regions_task

pytestmark = pytest.mark.django_db
PATIENCE_SECONDS = 600


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> FakePredictor:
    model = FakePredictor()
    monkeypatch.setattr(looks, "judge_in", lambda directory: model)
    return model


def test_the_task_asks_the_database_while_the_model_looks_ahead(
    model: FakePredictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second image is looked at before the first is stored; with one after the other this would wait for ever."""
    second = Event()
    assess = model.assess

    def second_is_looked_at(masks: Masks) -> list[Assessment]:
        if model.looked == 2:
            second.set()
        return assess(masks)

    def store(**named: Any) -> int:
        assert second.wait(PATIENCE_SECONDS)
        return store_prelabels(**named)

    monkeypatch.setattr(model, "assess", second_is_looked_at)
    monkeypatch.setattr(prelabels, "store_prelabels", store)
    study = study_with_a_model()
    for seed in range(2):
        make_region(study, photograph(study, seed))

    assert (prelabel_regions_task(), Prelabel.objects.count()) == (2, 2)


def test_an_image_that_was_tried_before_is_looked_at_alone(
    model: FakePredictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be what kills workers, and no other image is blamed for it: it is stored before the next is claimed."""
    study = study_with_a_model()
    images = [make_region(study, photograph(study, seed)).image for seed in range(5)]
    Image.objects.filter(pk__in=[image.pk for image in images[3:]]).update(prelabel_attempts=1)
    told: list[tuple[str, int]] = []
    for verb in ("begin", "store_prelabels"):
        monkeypatch.setattr(prelabels, verb, telling(told, verb, getattr(prelabels, verb)))

    prelabel_regions_task()

    places = {image.pk: place for place, image in enumerate(images)}
    assert [(verb, places[pk]) for verb, pk in told] == [
        *[("begin", 0), ("begin", 1), ("store", 0), ("begin", 2), ("store", 1)],
        *[("begin", 3), ("store", 2), ("store", 3), ("begin", 4), ("store", 4)],
    ]


def telling(told: list[tuple[str, int]], verb: str, work: Callable[..., object]) -> Callable[..., object]:
    def telling_work(*given: Any, **named: Any) -> object:
        image: Image = named["image"] if named else given[0]
        told.append((verb.partition("_")[0], image.pk))
        return work(*given, **named)

    return telling_work


def test_a_slow_model_gives_back_what_it_has_no_time_for(model: FakePredictor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look takes 110 s: the third image of the claim would begin after the 200 s of a task."""
    now = [0]
    for module in (prelabels, looks):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(
        model, "assess", lambda masks: (now.append(now.pop() + 110), type(model).assess(model, masks))[1]
    )
    study = study_with_a_model()
    for seed in range(4):
        make_region(study, photograph(study, seed))

    assert prelabel_regions_task() == 2

    facts = list(Image.objects.order_by("pk").values_list("prelabel_due", "prelabel_claimed_at", "prelabel_attempts"))
    assert (model.looked, facts) == (2, [(False, None, 0), (False, None, 0), (True, None, 0), (True, None, 0)])


def test_a_study_whose_model_cannot_be_loaded_keeps_no_other_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = study_with_a_model(sha256="a" * 64), study_with_a_model(sha256="b" * 64)
    assert one.active_version is not None
    broken, asked = local_directory(one.active_version.folder), []

    def broken_in_one(directory: Path) -> FakePredictor:
        asked.append(directory)
        if directory == broken:
            raise VersionError("its weights are missing")
        return FakePredictor()

    monkeypatch.setattr(looks, "judge_in", broken_in_one)
    waiting = [make_region(one, photograph(one, seed)).image for seed in range(prelabels.CHUNK + 1)]
    region = make_region(other, photograph(other))

    assert prelabel_regions_task() == 1

    assert (region.prelabels.count(), Prelabel.objects.count()) == (1, 1)
    facts = Image.objects.filter(pk__in=[image.pk for image in waiting]).values_list(
        "prelabel_due", "prelabel_attempts"
    )
    assert set(facts) == {(True, 0)}
    assert len(asked) == 3  # the one that was begun ahead asked as well


def test_the_model_before_goes_before_the_next_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two large ones do not fit a GPU."""
    held: list[int] = []

    def load(directory: Path) -> FakePredictor:
        held.append(len(resident._judges))
        return FakePredictor()

    monkeypatch.setattr(resident, "_judges", {})
    monkeypatch.setattr("ml.judges.load_judge", load)

    said = [resident.judge_in(tmp_path / name) for name in ("one", "one", "other", "one")]

    assert (held, said[0] is said[1]) == ([0, 0, 0], True)


@pytest.mark.parametrize("why", ["still on its way", "could not be brought"])
def test_a_model_that_is_not_here_yet_blames_no_image(
    model: FakePredictor, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    def away(folder: str) -> Path:
        raise NotHereError(why)

    monkeypatch.setattr(looks, "directory_within", away)
    study = study_with_a_model()
    waiting = [make_region(study, photograph(study, seed)).image.pk for seed in range(prelabels.CHUNK + 1)]

    assert prelabel_regions_task() == 0

    facts = Image.objects.filter(pk__in=waiting)
    assert set(facts.values_list("prelabel_due", "prelabel_attempts", "prelabel_error")) == {(True, 0, "")}
    monkeypatch.undo()
    monkeypatch.setattr(looks, "judge_in", lambda directory: model)
    assert prelabel_regions_task() == len(waiting)
