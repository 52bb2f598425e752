from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image as Picture

from annotation.enums import Role
from annotation.models import Image
from tests.annotation.exchange.test_orientation import ASCII, ORIENTATION, SHORT, exif, jpeg
from tests.factories import make_image, make_member, make_study
from tests.webapp.pages.cast import client_of
from webapp.pages.thumbnails import path_of

pytestmark = pytest.mark.django_db


def turned_photograph() -> bytes:
    """800x400 in the file, to be shown upright."""
    out, exif = BytesIO(), Picture.Exif()
    exif[0x0112] = 6
    Picture.new("RGB", (800, 400), (10, 200, 30)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def body(response: object) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


@pytest.fixture
def image() -> Image:
    return make_image(make_study(slug="gulls"), turned_photograph(), media_type="image/jpeg", width=400, height=800)


def test_a_thumbnail_is_small_upright_and_made_once(image: Image, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(make_member(image.study, Role.REVIEWER))
    path = f"/studies/gulls/images/{image.pk}/thumbnail"
    default_storage.delete(path_of(image))

    first = client.get(path).content
    monkeypatch.setattr("webapp.pages.thumbnails.shrink", None)
    second = client.get(path)

    assert Picture.open(BytesIO(first)).size == (160, 320)
    assert second.content == first
    assert second["Cache-Control"] == "private, max-age=604800, immutable"


def test_half_a_thumbnail_is_made_again(image: Image) -> None:
    client = client_of(make_member(image.study, Role.REVIEWER))
    path = f"/studies/gulls/images/{image.pk}/thumbnail"
    default_storage.delete(path_of(image))
    whole = client.get(path).content

    for half in (b"", whole[:-100]):
        default_storage.delete(path_of(image))
        default_storage.save(path_of(image), ContentFile(half))

        assert client.get(path).content == whole
        assert default_storage.open(path_of(image)).read() == whole


def test_a_photograph_with_a_tag_of_an_odd_kind_has_one(image: Image) -> None:
    """`ImageWidth` as a text, which Pillow reads and cannot write."""
    data = jpeg(exif((0x0100, ASCII, 4, b"120\0"), (ORIENTATION, SHORT, 1, 6)))
    odd = make_image(image.study, data, media_type="image/jpeg", width=40, height=60)

    answer = client_of(make_member(image.study, Role.REVIEWER)).get(f"/studies/gulls/images/{odd.pk}/thumbnail")

    assert Picture.open(BytesIO(answer.content)).size == (40, 60)


def test_the_original_is_the_file_s_own_bytes(image: Image) -> None:
    answer = client_of(make_member(image.study, Role.REVIEWER)).get(f"/studies/gulls/images/{image.pk}/file")

    assert (body(answer), answer["Content-Type"]) == (turned_photograph(), "image/jpeg")
    assert "no-transform" in answer["Cache-Control"]


def test_an_original_that_the_store_has_lost_is_not_there(image: Image) -> None:
    default_storage.delete(image.file.name)

    answer = client_of(make_member(image.study, Role.REVIEWER)).get(f"/studies/gulls/images/{image.pk}/file")

    assert answer.status_code == 404


def test_a_file_that_is_no_picture_has_no_thumbnail() -> None:
    image = make_image(make_study(slug="gulls"), b"not a picture")
    client = client_of(make_member(image.study, Role.MANAGER))

    assert client.get(f"/studies/gulls/images/{image.pk}/thumbnail").status_code == 404
