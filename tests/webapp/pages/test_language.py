"""Choosing a language, and pages in Chinese that leave no English sentence standing."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils.translation import override

from annotation.models import Message, Protocol
from tests.webapp.pages.cast import Cast, client_of, make_cast

pytestmark = pytest.mark.django_db

FOR_ANNOTATORS = (
    "/", "/account", "/studies/gulls/guidelines", "/studies/gulls/anchors", "/studies/gulls/exams",
    "/studies/gulls/rate", "/studies/gulls/viewing",
)  # fmt: skip
FOR_MANAGERS = (
    "", "/board", "/images", "/labels/agreement", "/labels/annotators", "/labels/planner", "/labels/drift",
    "/labels/disputes", "/models", "/models/comparison", "/models/anchoring", "/models/honesty",
    "/try", "/downloads", "/people", "/people/invitations", "/people/file", "/people/messages", "/settings",
    "/settings/protocol", "/gold", "/remarks", "/guidelines/edit", "/setup/images", "/setup/regions",
    "/setup/protocol", "/setup/protocol/own", "/setup/guidelines", "/setup/people", "/setup/done",
)  # fmt: skip
_SENTENCE = re.compile(r"[A-Za-z’']{2,}(?:[ ,]+[A-Za-z’']{2,}){2,}")
_OWN = re.compile(
    r"Look at the|herring gull.png|manage\.py [\w \[\]-]+|f\.lux|Night Shift|Night Light|True Tone"
    r"|levels (?:above|below) the others, inconsistency"  # beside a dot of the annotators' scatter
)
_READ = ("aria-label", "alt", "title", "placeholder", "data-text")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A request leaves its language behind in the thread."""
    with override("en"):
        yield


class Text(HTMLParser):
    """What people read or hear of a page: texts and some attributes, but neither code nor data."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.parts: list[str] = []
        self.language = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.language = values.get("lang") or "" if tag == "html" else self.language
        self.parts += [values.get(name) or "" for name in _READ]
        if tag in {"script", "style", "code", "pre", "textarea"} or values.get("lang") == "en":
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.parts.append(data)


def read(client: Client, path: str) -> Text:
    answer = client.get(path, headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"}, follow=True)
    text = Text()
    text.feed(answer.content.decode())
    return text


def english_in(text: Text) -> list[str]:
    return [found for part in text.parts for found in _SENTENCE.findall(_OWN.sub("", part))]


@pytest.mark.parametrize("path", FOR_ANNOTATORS)
def test_a_page_of_annotators_is_chinese(path: str) -> None:
    scene = _with_protocol()

    text = read(client_of(scene.people["annotator"]), path)

    assert text.language == "zh-hans"
    assert english_in(text) == []


@pytest.mark.parametrize("path", FOR_MANAGERS)
def test_a_page_of_managers_is_chinese(path: str) -> None:
    scene = _with_protocol()

    assert english_in(read(client_of(scene.people["manager"]), f"/studies/gulls{path}")) == []


@pytest.mark.parametrize("path", ["/sign-in", "/nothing-here", "/invitations/none", "/welcome/none"])
def test_a_door_is_chinese_before_anybody_signs_in(path: str) -> None:
    assert english_in(read(Client(), path)) == []


def test_the_level_words_of_the_rating_screen_are_chinese() -> None:
    scene = make_cast()

    parts = read(client_of(scene.people["annotator"]), "/studies/gulls/rate").parts

    assert [parts.count(word) for word in ("极严重", "轻微", "次要", "优秀", "关键")] == [6, 6, 1, 1, 1]


def test_a_wrong_password_is_said_in_chinese() -> None:
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
    Message.objects.create(study=scene.study, sender=scene.people["manager"], text="早上好")
    return scene
