import pytest

from annotation.actions.pictures import bring_picture
from annotation.models import Image, Study, User
from tests.factories import make_image
from tests.pictures import picture_bytes
from tests.workers.test_assessments import ask
from workers import scenes
from workers.tasks.ahead import look_ahead_task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_scenes")]


def version(study: Study) -> int:
    assert study.active_version_id is not None
    return study.active_version_id


def test_afterwards_nothing_is_left_to_do_for_the_first_click(image: Image) -> None:
    assert look_ahead_task("Image", image.pk, version(image.study)) is True

    [seen] = scenes._kept.values()
    judge = seen.judge(version(image.study))
    assert (seen.rgb.shape, seen.proposer is not None, judge.looked) == ((48, 64, 3), True, 1)  # type: ignore[attr-defined]


def test_a_picture_of_one_s_own_is_looked_at_too(study: Study, ada: User) -> None:
    picture = bring_picture(study=study, name="own.png", data=picture_bytes("PNG", 64, 48), by=ada)

    assert look_ahead_task("Picture", picture.pk, version(study)) is True
    assert list(scenes._kept) == [("Picture", picture.pk)]


def test_it_gives_way_to_a_click(image: Image, ada: User) -> None:
    ask(image, ada)

    assert look_ahead_task("Image", image.pk, version(image.study)) is False
    assert list(scenes._kept) == []


def test_what_cannot_be_looked_at_is_left_to_the_click(study: Study) -> None:
    broken = make_image(study, b"no picture")

    assert look_ahead_task("Image", broken.pk, version(study)) is False
    assert look_ahead_task("Image", 999_999, version(study)) is False
