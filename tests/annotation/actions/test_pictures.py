from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from annotation.actions import pictures
from annotation.actions.assessments import request_assessment
from annotation.actions.pictures import bring_picture, forget_pictures
from annotation.actions.versions import promote
from annotation.enums import Role
from annotation.errors import InvalidInput
from annotation.models import Assessment, Picture, Study, User
from tests.factories import make_member, make_study, make_version
from tests.pictures import picture_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_study()


@pytest.fixture
def ada(study: Study) -> User:
    return make_member(study, Role.MANAGER)


def test_a_picture_is_kept_under_a_name_of_ours(study: Study, ada: User) -> None:
    data = picture_bytes("PNG", 64, 48)

    picture = bring_picture(study=study, name="../../robin.png", data=data, by=ada)

    assert (picture.name, picture.width, picture.height, picture.media_type) == ("robin.png", 64, 48, "image/png")
    assert (picture.file.name.startswith("pictures/"), "robin" in picture.file.name) == (True, False)
    assert picture.file.read() == data


def test_the_same_file_again_is_the_same_picture_and_another_person_s_is_their_own(study: Study, ada: User) -> None:
    data, dora = picture_bytes("PNG", 64, 48), make_member(study, Role.REVIEWER)

    people = (ada, ada, dora)
    brought = [bring_picture(study=study, name="a.png", data=data, by=person) for person in people]

    assert (brought[0].pk == brought[1].pk, brought[0].pk == brought[2].pk) == (True, False)
    assert len({picture.file.name for picture in brought}) == 2


@pytest.mark.parametrize(
    "name, data, message",
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG files are not taken"),
        ("a.png", b"no picture", "This is not an image"),
        ("a.png", picture_bytes("PNG", 64, 48)[:200], "damaged or cut short"),
        ("a.jpg", picture_bytes("PNG", 64, 48), "The name ends in .jpg, but this is a PNG file"),
        ("a.png", picture_bytes("PNG", 20, 48), "each side needs at least 32"),
        ("a.png", b"", "The file is empty"),
    ],
)
def test_what_an_import_refuses_is_refused(study: Study, ada: User, name: str, data: bytes, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        bring_picture(study=study, name=name, data=data, by=ada)
    assert Picture.objects.count() == 0


def test_a_bomb_and_a_file_too_large_are_refused(study: Study, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotation.exchange.photographs.MOST_PIXELS", 1000)
    with pytest.raises(InvalidInput, match="64×48 pixels; the most is"):
        bring_picture(study=study, name="a.png", data=picture_bytes("PNG", 64, 48), by=ada)
    monkeypatch.setattr(pictures, "MOST_BYTES", 100)
    with pytest.raises(InvalidInput, match="The picture has more than"):
        bring_picture(study=study, name="a.png", data=picture_bytes("PNG", 64, 48), by=ada)


def test_the_oldest_makes_room(study: Study, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_PICTURES", 2)
    brought = [
        bring_picture(study=study, name=f"{seed}.png", data=picture_bytes("PNG", 64, 48, seed=seed), by=ada)
        for seed in range(3)
    ]

    assert list(Picture.objects.order_by("pk").values_list("name", flat=True)) == ["1.png", "2.png"]
    assert [default_storage.exists(picture.file.name) for picture in brought] == [False, True, True]


def test_a_picture_brought_again_stays_for_another_day(study: Study, ada: User) -> None:
    data = picture_bytes("PNG", 64, 48)
    picture = bring_picture(study=study, name="a.png", data=data, by=ada)
    Picture.objects.update(created_at=timezone.now() - timedelta(hours=25))

    assert bring_picture(study=study, name="a.png", data=data, by=ada) == picture
    assert (forget_pictures(), list(Picture.objects.all())) == (0, [picture])


def test_after_a_day_the_picture_its_file_and_its_answers_are_gone(study: Study, ada: User) -> None:
    promote(study=study, version=make_version(), reason="The first.")
    old = bring_picture(study=study, name="old.png", data=picture_bytes("PNG", 64, 48), by=ada)
    new = bring_picture(study=study, name="new.png", data=picture_bytes("PNG", 64, 48, seed=1), by=ada)
    request_assessment(study=study, of=old, clicks=[(1, 1, True)], by=ada)
    Picture.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(hours=25))

    assert forget_pictures() == 1

    assert (list(Picture.objects.all()), Assessment.objects.count()) == ([new], 0)
    assert [default_storage.exists(picture.file.name) for picture in (old, new)] == [False, True]
