from datetime import UTC, datetime, timedelta

import pytest

from annotation.actions.prelabels import fail_prelabels
from annotation.actions.versions import promote
from annotation.models import Image
from annotation.queries import prelabelling
from annotation.queries.prelabelling import prelabelling_of
from tests.annotation.prelabels import make_prelabel
from tests.factories import make_image, make_region, make_study, make_version

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_without_a_model_there_is_nothing_to_follow() -> None:
    assert prelabelling_of(make_study()) is None


def test_images_are_counted_by_what_became_of_them() -> None:
    study = make_study()
    promote(study=study, version=make_version(), reason="The first.")
    images = [make_image(study) for _ in range(4)]
    Image.objects.filter(pk=images[0].pk).update(prelabel_due=False)
    fail_prelabels(image=images[1], reason="no pixels")
    make_image(make_study())

    found = prelabelling_of(study)

    assert found is not None
    assert (found.images, found.due, found.done, found.failed, found.per_second) == (4, 2, 2, 1, None)


def test_the_speed_is_that_of_the_active_version_without_its_pauses() -> None:
    study, version = make_study(), make_version()
    promote(study=study, version=version, reason="The first.")
    for seconds in (0.0, 0.5, 1.0, 3600.0, 3600.5):
        make_prelabel(make_region(study), version, created_at=NOON + timedelta(seconds=seconds))
    make_prelabel(make_region(study), make_version(), created_at=NOON + timedelta(seconds=0.1))
    make_prelabel(make_region(make_study()), version, created_at=NOON + timedelta(seconds=0.2))

    found = prelabelling_of(study)

    assert found is not None
    assert found.per_second == pytest.approx(2.0)


def speed_of(*seconds: float) -> float | None:
    """Of prelabels that came in this order."""
    study, version = make_study(), make_version()
    promote(study=study, version=version, reason="The first.")
    for moment in seconds:
        make_prelabel(make_region(study), version, created_at=NOON + timedelta(seconds=moment))
    found = prelabelling_of(study)
    assert found is not None
    return found.per_second


def test_the_speed_is_that_of_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prelabelling, "LATELY", 3)

    assert speed_of(0.0, 10.0, 20.0, 20.5, 21.0) == pytest.approx(2.0)


@pytest.mark.parametrize(("gap", "speed"), [(29.75, 2 / 30), (30.0, 4.0), (31.0, 4.0)])
def test_half_a_minute_without_any_is_a_pause(gap: float, speed: float) -> None:
    assert speed_of(0.0, 0.25, 0.25 + gap) == pytest.approx(speed)


def test_workers_side_by_side_end_in_any_order() -> None:
    assert speed_of(0.0, 1.0, 0.5) == pytest.approx(2.0)


@pytest.mark.parametrize("seconds", [(0.0,), (0.0, 0.0), (0.0, 60.0)])
def test_without_time_between_them_no_speed_is_known(seconds: tuple[float, ...]) -> None:
    assert speed_of(*seconds) is None
