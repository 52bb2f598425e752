from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.utils import timezone

from annotation.actions.versions import promote, register_version
from annotation.models import Image, Prelabel, Study
from ml.images import decode
from ml.judges import load_judge
from ml.seagull.manifest import VersionError
from ml.seagull.scoring import Assessment
from ml.seagull.versions import save_version
from ml.shipped import TINY
from tests.factories import make_image, make_region, make_study, make_version
from tests.masks import rectangle_rle
from tests.ml.judges.fitted import save_fitted
from tests.ml.training.pupils import small
from tests.pictures import picture_bytes
from tests.workers.predictors import FakePredictor
from workers import looks, resident
from workers.tasks import prelabels
from workers.tasks.prelabels import prelabel_regions_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakePredictor:
    model = FakePredictor()
    monkeypatch.setattr(looks, "judge_in", lambda directory: model)
    return model


def study_with_a_model(**fields: object) -> Study:
    study = make_study()
    promote(study=study, version=make_version(**fields), reason="The first.")
    return study


def photograph(study: Study, seed: int = 0) -> Image:
    return make_image(study, picture_bytes("PNG", 64, 48, seed=seed))


def test_every_accepted_region_gets_a_prelabel_and_each_image_one_look(fake: FakePredictor) -> None:
    study = study_with_a_model()
    for seed in range(5):
        image = photograph(study, seed)
        make_region(study, image)
        make_region(study, image, accepted=False)

    assert prelabel_regions_task() == 5

    assert (fake.looked, Prelabel.objects.count()) == (5, 5)
    said = Prelabel.objects.first()
    assert said is not None
    assert said.expectations() == {
        **dict.fromkeys(("exposure", "noise", "blur", "contrast", "colorfulness", "compression"), 5.0),
        "quality": 2.0,  # 1,280 of 3,072 pixels
        "importance": 4.0,
    }
    assert (said.undistorted, said.uncertainty, said.flags) == (1.0, 0.0, [])


def test_an_image_without_regions_is_done_without_a_look(fake: FakePredictor) -> None:
    image = photograph(study_with_a_model())
    make_region(image.study, image, accepted=False)

    assert prelabel_regions_task() == 1

    image.refresh_from_db()
    assert (fake.looked, image.prelabel_due, image.prelabel_error) == (0, False, "")


def test_ringing_again_changes_nothing(fake: FakePredictor) -> None:
    study = study_with_a_model()
    make_region(study, photograph(study))
    prelabel_regions_task()

    assert prelabel_regions_task() == 0
    assert (fake.looked, Prelabel.objects.count()) == (1, 1)


def test_many_regions_of_an_image_are_judged_in_portions(fake: FakePredictor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "MASKS_AT_ONCE", 2)
    study = study_with_a_model()
    image = photograph(study)
    for _ in range(5):
        make_region(study, image)

    prelabel_regions_task()

    assert (fake.looked, fake.asked) == (1, [2, 2, 1])
    assert Prelabel.objects.count() == 5


def test_a_broken_image_fails_alone(fake: FakePredictor) -> None:
    study = study_with_a_model()
    broken = make_region(study, make_image(study, b"no picture")).image
    good = make_region(study, photograph(study))

    assert prelabel_regions_task() == 2

    broken.refresh_from_db()
    assert (broken.prelabel_due, broken.prelabel_error != "") == (False, True)
    assert good.prelabels.count() == 1


def test_a_model_that_cannot_be_loaded_blames_no_image(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(directory: Path) -> FakePredictor:
        raise VersionError("its weights are missing")

    monkeypatch.setattr(looks, "judge_in", broken)
    study = study_with_a_model()
    images = [make_region(study, photograph(study, seed)).image for seed in range(2)]

    for _ in range(4):
        assert prelabel_regions_task() == 0

    for image in images:
        image.refresh_from_db()
        assert (image.prelabel_due, image.prelabel_attempts, image.prelabel_error) == (True, 0, "")


def test_an_image_without_room_is_tried_again_later_and_its_neighbours_are_judged(
    fake: FakePredictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The memory may be somebody else's for a while; after three tries it is the image that is too large."""
    from torch import OutOfMemoryError  # slow import

    study = study_with_a_model()
    large, *others = (make_region(study, photograph(study, seed)).image for seed in range(4))
    assess, long_ago = fake.assess, timezone.now() - timedelta(hours=1)

    def without_room(masks: np.ndarray) -> list[Assessment]:
        if fake.looked == 1 or fake.looked > 4:  # the first, and whatever is looked at again
            raise OutOfMemoryError("tried to allocate 9 GiB")
        return assess(masks)

    monkeypatch.setattr(fake, "assess", without_room)

    tried = []
    for _ in range(4):
        done = prelabel_regions_task()
        large.refresh_from_db()
        tried.append((done, large.prelabel_due, large.prelabel_attempts))
        Image.objects.filter(prelabel_claimed_at__isnull=False).update(prelabel_claimed_at=long_ago)

    assert tried == [(3, True, 1), (0, True, 2), (1, False, 3), (0, False, 3)]
    assert large.prelabel_error == "The memory is too small for it: tried to allocate 9 GiB"
    assert Prelabel.objects.filter(region__image__in=others).count() == 3


def test_another_error_of_the_model_is_not_taken_for_want_of_memory(
    fake: FakePredictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(masks: np.ndarray) -> list[Assessment]:
        raise RuntimeError("device-side assert")

    monkeypatch.setattr(fake, "assess", broken)
    study = study_with_a_model()
    make_region(study, photograph(study))

    with pytest.raises(RuntimeError, match="device-side assert"):
        prelabel_regions_task()


def test_a_file_that_is_gone_fails_its_image_alone(fake: FakePredictor) -> None:
    study = study_with_a_model()
    gone, good = (make_region(study, photograph(study, seed)).image for seed in range(2))
    gone.file.storage.delete(gone.file.name)

    assert prelabel_regions_task() == 2

    gone.refresh_from_db()
    assert (gone.prelabel_due, "No such file" in gone.prelabel_error, Prelabel.objects.get().region.image) == (
        *(False, True, good),
    )


def test_a_worker_without_the_networks_packages_leaves_them_to_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prelabels, "can_judge", lambda: False)
    study = study_with_a_model()
    image = make_region(study, photograph(study)).image

    assert prelabel_regions_task() == 0

    image.refresh_from_db()
    assert (image.prelabel_due, image.prelabel_claimed_at) == (True, None)


def test_a_real_model_is_loaded_from_the_store(tmp_path: Path) -> None:
    resident._judges.clear()
    save_version(tmp_path / "small", small(), {})
    study = make_study()
    promote(study=study, version=register_version(directory=tmp_path / "small"), reason="The first.")
    region = make_region(study, photograph(study))

    assert prelabel_regions_task() == 1

    said = region.prelabels.get()
    assert sum(said.quality) == pytest.approx(1.0)
    assert sum(said.probabilities("blur")) == pytest.approx(1.0)
    assert 0.5 < said.uncertainty <= 1.0  # it was never taught anything
    resident._judges.clear()


def test_a_prelabel_is_what_the_library_says_of_the_file_and_the_mask(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped model, asked here about each region alone: chunks, portions and storing change no number."""
    monkeypatch.setattr(looks, "MASKS_AT_ONCE", 2)
    resident._judges.clear()
    study = make_study()
    promote(study=study, version=register_version(directory=TINY), reason="It came with the platform.")
    original = picture_bytes("JPEG", 64, 48, seed=3)
    image = make_image(study, original)
    boxes = [(10, 8, 40, 32), (0, 0, 64, 48), (30, 20, 12, 9)]
    regions = [make_region(study, image, rle=rectangle_rle(64, 48, *box)) for box in boxes]

    prelabel_regions_task()

    model = load_judge(TINY)
    model.set_image(decode(original))
    for region, (x, y, width, height) in zip(regions, boxes, strict=True):
        mask = np.zeros((1, 48, 64), bool)
        mask[0, y : y + height, x : x + width] = True
        (said,), kept = model.assess(mask), region.prelabels.get()
        assert kept.quality == pytest.approx(said.quality.probabilities, abs=1e-5)
        assert kept.importance == pytest.approx(said.importance.probabilities, abs=1e-5)
        for name, distribution in said.distortions.items():
            assert kept.probabilities(name) == pytest.approx(distribution.probabilities, abs=1e-5)
        assert (kept.undistorted, kept.flags) == (pytest.approx(said.clean, abs=1e-5), sorted(said.flags))
    resident._judges.clear()


@pytest.mark.slow
def test_a_metric_prelabels_like_any_network(tmp_path: Path) -> None:
    resident._judges.clear()
    study = make_study()
    promote(study=study, version=register_version(directory=save_fitted(tmp_path / "metric")), reason="To compare.")
    region = make_region(study, photograph(study))

    assert prelabel_regions_task() == 1

    said = region.prelabels.get()
    assert said.version.kind == "metric"
    assert sum(said.quality) == pytest.approx(1.0)
    assert said.probabilities("blur")[-1] == pytest.approx(0.5)
    resident._judges.clear()
