"""Choosing a language, and pages in Chinese that leave no English sentence standing."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils.translation import override

from annotation.models import Message, Protocol, Study
from tests.factories import make_user
from tests.webapp.pages.cast import Cast, client_of, make_cast
from tests.webapp.pages.reading import read
from tests.webapp.pages.test_urls import KINDS, LOOKING, address

pytestmark = pytest.mark.django_db

EVERYWHERE = ("/", "/account", "/studies/new", "/nothing-here")
DOORS = ("/sign-in", "/nothing-here", "/invitations/none", "/welcome/none")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A request leaves its language behind in the thread."""
    with override("en"):
        yield


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_of_every_role_is_chinese(kind: str) -> None:
    scene = _with_protocol()
    client = client_of(scene.people[kind])
    paths = [*EVERYWHERE, *(address(pattern, scene) for pattern in LOOKING)]

    pages = {path: read(client, path) for path in paths}

    assert {path: page.english() for path, page in pages.items() if page.english()} == {}
    assert {page.language for page in pages.values()} <= {"zh-hans", ""}  # a file has none


@pytest.mark.parametrize("path", DOORS)
def test_a_door_is_chinese_before_anybody_signs_in(path: str) -> None:
    assert read(Client(), path).english() == []


def test_the_level_words_of_the_rating_screen_are_chinese() -> None:
    scene = make_cast()

    parts = read(client_of(scene.people["annotator"]), "/studies/gulls/rate").parts

    assert [parts.count(word) for word in ("极严重", "轻微", "次要", "优秀", "关键")] == [6, 6, 1, 1, 1]


def test_a_wrong_password_is_said_in_chinese() -> None:
    make_user("ben")
    answer = Client().post("/sign-in", {"username": "ben", "password": "wrong"}, headers={"Accept-Language": "zh-hans"})

    assert "用户名与密码不匹配。请检查后重试。" in answer.content.decode()


def test_the_language_is_a_cookie_that_only_knows_the_offered_ones() -> None:
    client = Client()

    answer = client.post("/language", {"language": "zh-hans", "next": "/sign-in"})
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in")
    assert '<html lang="zh-hans"' in client.get("/sign-in").content.decode()

    client.post("/language", {"language": "tlh"})
    assert client.cookies["language"].value == "zh-hans"
    assert client.post("/language", {"language": "en", "next": "https://example.org/"})["Location"] == "/"
    assert '<html lang="en"' in client.get("/sign-in", headers={"Accept-Language": "zh-CN"}).content.decode()


def test_every_page_offers_the_other_language_in_its_own_words() -> None:
    offer = '<button class="quiet" name="language" value="{0}" lang="{0}">{1}</button>'

    english = Client().get("/sign-in").content.decode()
    chinese = Client().get("/sign-in", headers={"Accept-Language": "zh"}).content.decode()

    assert [offer.format("zh-hans", "简体中文") in page for page in (english, chinese)] == [True, False]
    assert [offer.format("en", "English") in page for page in (english, chinese)] == [False, True]


def test_an_english_page_carries_no_words_for_its_scripts() -> None:
    assert 'id="spoken"' not in Client().get("/sign-in").content.decode()
    assert 'id="spoken"' in Client().get("/sign-in", headers={"Accept-Language": "zh"}).content.decode()


def _with_protocol() -> Cast:
    scene = make_cast()
    Protocol.objects.create(study=scene.study)
    Study.objects.update(guidelines="请看**区域**。")
    Message.objects.create(study=scene.study, sender=scene.people["manager"], text="早上好")
    return scene
