from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from annotation.actions.pictures import bring_picture, forget_pictures
from annotation.actions.versions import promote
from annotation.models import Picture, Study
from tests.factories import make_image, make_study, make_version
from tests.webapp.pages.cast import Cast, client_of, png
from webapp.pages import try_model

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(scene: Cast) -> Client:
    return client_of(scene.people["manager"])


def give_a_model(study: Study) -> None:
    promote(study=study, version=make_version(name="tiny"), reason="The first.")


def shown(client: Client, query: str = "") -> tuple[str, int] | None:
    subject = client.get(f"/studies/gulls/try{query}").context["subject"]
    return (subject.kind, subject.row.pk) if subject else None


def test_without_a_model_the_page_says_so_and_has_nothing_to_click(client: Client) -> None:
    text = client.get("/studies/gulls/try").content.decode()

    assert "No model is active in this study" in text
    assert 'id="try"' not in text


def test_the_picture_is_the_one_that_the_address_names(client: Client, scene: Cast) -> None:
    give_a_model(scene.study)
    other = make_image(scene.study, png(70, 50), name="tern.png")

    assert shown(client) == ("picture", scene.picture.pk)
    assert shown(client, f"?image={other.pk}") == ("image", other.pk)
    assert shown(client, f"?picture={scene.picture.pk}") == ("picture", scene.picture.pk)


@pytest.mark.parametrize("query", ["?image=x", "?image=999999", "?picture=999999", "?picture=²", f"?image={'9' * 30}"])
def test_what_is_not_there_is_not_found(client: Client, query: str) -> None:
    assert client.get(f"/studies/gulls/try{query}").status_code == 404


def test_an_image_of_another_study_is_not_found(client: Client) -> None:
    foreign = make_image(make_study())

    assert client.get(f"/studies/gulls/try?image={foreign.pk}").status_code == 404


def test_another_person_s_picture_is_neither_listed_nor_found(scene: Cast) -> None:
    dora = client_of(scene.people["reviewer"])

    assert [one.kind for one in dora.get("/studies/gulls/try").context["strip"]] == ["image"]
    assert dora.get(f"/studies/gulls/try?picture={scene.picture.pk}").status_code == 404


def test_images_are_found_by_name_and_not_all_are_shown(
    client: Client, scene: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(try_model, "MOST_SHOWN", 1)
    make_image(scene.study, png(70, 50), name="tern.png")

    def strip(query: str) -> tuple[list[str], bool]:
        context = client.get(f"/studies/gulls/try{query}").context
        return [one.row.name for one in context["strip"]], context["more"]

    assert strip("") == (["mine.png", "herring gull.png"], True)
    assert strip("?name=TERN") == (["mine.png", "tern.png"], False)
    assert strip("?name=%00nobody") == (["mine.png"], False)


def test_a_picture_s_bytes_go_to_its_owner_as_a_picture(client: Client, scene: Cast) -> None:
    answer = client.get(f"/studies/gulls/try/pictures/{scene.picture.pk}/file")

    assert b"".join(answer.streaming_content) == scene.picture.file.read()  # type: ignore[attr-defined]
    assert (answer["Content-Type"], answer["Content-Disposition"], answer["X-Content-Type-Options"]) == (
        "image/png", "inline", "nosniff",
    )  # fmt: skip
    small = client.get(f"/studies/gulls/try/pictures/{scene.picture.pk}/thumbnail")
    assert (small["Content-Type"], small.content[:3]) == ("image/jpeg", b"\xff\xd8\xff")


def test_a_file_that_is_gone_is_not_found(client: Client, scene: Cast) -> None:
    default_storage.delete(scene.picture.file.name)

    for end in ("file", "thumbnail"):
        assert client.get(f"/studies/gulls/try/pictures/{scene.picture.pk}/{end}").status_code == 404


def test_after_a_day_a_picture_is_no_longer_there(client: Client, scene: Cast) -> None:
    give_a_model(scene.study)
    bring_picture(study=scene.study, name="new.png", data=png(60, 40), by=scene.people["manager"])
    Picture.objects.filter(pk=scene.picture.pk).update(created_at=timezone.now() - timedelta(days=2))

    forget_pictures()

    assert [one.row.name for one in client.get("/studies/gulls/try").context["strip"]] == [
        "new.png",
        "herring gull.png",
    ]


def test_an_image_s_page_leads_here_when_there_is_a_model(client: Client, scene: Cast) -> None:
    path, link = f"/studies/gulls/images/{scene.image.pk}", f'href="/studies/gulls/try?image={scene.image.pk}"'
    before = client.get(path).content.decode()
    give_a_model(scene.study)

    assert (link in before, link in client.get(path).content.decode()) == (False, True)


def test_the_worker_is_told_which_picture_somebody_looks_at(
    scene: Cast,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[list[object]]],
) -> None:
    rung: list[tuple[object, ...]] = []
    monkeypatch.setattr("webapp.doorbell._send", lambda *arguments: rung.append(arguments))
    client.get("/studies/gulls/try")
    give_a_model(scene.study)
    scene.study.refresh_from_db()

    with django_capture_on_commit_callbacks(execute=True):
        client.get(f"/studies/gulls/try?image={scene.image.pk}")

    assert rung == [("ahead.look_ahead_task", ("Image", scene.image.pk, scene.study.active_version_id), 30)]
