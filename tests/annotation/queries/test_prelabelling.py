from datetime import UTC, datetime, timedelta

import pytest

from annotation.actions.prelabels import fail_prelabels
from annotation.actions.versions import promote
from annotation.models import Image
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
