"""Every translation is whole: nothing left out, nothing unsure, the same things filled in, and compiled as it is written."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import TextChoices
from django.test import Client
from django.utils.translation import override

from annotation import enums
from annotation.scales import SCALES, WORDS
from tests.webapp.catalogues import Entry, read_mo, read_po
from webapp.languages import FOLDER, offered
from webapp.phrases import HEARD, PATTERNS
from webapp.spoken import counted, spoken

WEBAPP = Path(settings.BASE_DIR) / "webapp"
FILES = sorted(FOLDER.glob("*/LC_MESSAGES/*.po"))
PAGES = FOLDER / "zh_Hans" / "LC_MESSAGES" / "django.po"
SCRIPTS = PAGES.with_name("djangojs.po")
_FILLED = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}")
_TAGS = re.compile(r"</?[a-z]+")
NOT_SHOWN = {"Arm", "PrelabelSeen", "SeatReason", "Purpose"}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A request leaves its language behind in the thread."""
    with override("en"):
        yield


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_translation_is_whole(path: Path) -> None:
    entries = read_po(path)

    assert [entry.text for entry in entries if entry.fuzzy or not entry.said or not all(entry.said)] == []
    assert [entry.text for entry in entries if not _same_things(entry)] == []
    assert {entry.key: entry.said for entry in entries} == read_mo(path.with_suffix(".mo"))


def _same_things(entry: Entry) -> bool:
    """A plural form may stand without the number's word, but fills in the same values, in the same HTML."""
    texts = {tuple(sorted(set(_FILLED.findall(text)))) for text in (entry.plural or entry.text, *entry.said)}
    tags = {tuple(sorted(_TAGS.findall(text))) for text in (entry.plural or entry.text, *entry.said)}
    return len(texts) == 1 and len(tags) == 1


def test_the_translation_has_every_text_that_is_marked_in_a_template() -> None:
    known = {entry.text for entry in read_po(PAGES)}
    simple = re.compile(r"""\{% translate (?:"([^"]*)"|'([^']*)')""")

    lacking = [
        (path.name, text)
        for path in sorted((WEBAPP / "templates").rglob("*.html"))
        for pair in simple.findall(path.read_text())
        for text in pair
        if text and text.replace("%", "%%") not in known and text not in known
    ]

    assert lacking == []


def test_the_translation_has_every_text_that_a_script_says() -> None:
    known = {entry.text for entry in read_po(SCRIPTS)}
    said = re.compile(r'gettext\("((?:[^"\\]|\\.)*)"')

    texts = {text for path in (WEBAPP / "static").rglob("*.js") for text in said.findall(path.read_text())}

    assert texts == known


def test_the_translation_has_every_word_that_is_counted() -> None:
    known = {(entry.text, entry.plural) for entry in read_po(PAGES)}
    pairs = re.compile(r"\|(?:count|noun):[\"']([^\"',]+),([^\"',]+)[\"']")
    templates = [path for path in (WEBAPP / "templates").rglob("*.html") if path.parent.name != "report"]

    assert [pair for path in templates for pair in pairs.findall(path.read_text()) if pair not in known] == []


def test_the_translation_has_every_level_scale_and_choice_of_the_domain() -> None:
    choices = [one for one in vars(enums).values() if isinstance(one, type) and issubclass(one, TextChoices)]
    shown = {label for one in choices if one.__name__ not in NOT_SHOWN for label in one.labels if label}

    with override("zh-hans"):
        levels = {(scale, word): spoken(word, scale) for scale in SCALES for word in WORDS[scale]}
        assert [pair for pair, said in levels.items() if said == pair[1]] == []
        assert [scale for scale in SCALES if spoken(scale, "scale") == scale] == []
    assert shown - {entry.text for entry in read_po(PAGES)} == set()


def test_what_is_listed_as_said_by_the_domain_is_said_there() -> None:
    source = "".join(
        path.read_text() for folder in ("annotation", "webapp") for path in (WEBAPP.parent / folder).rglob("*.py")
        if path.name != "phrases.py"
    )  # fmt: skip

    assert [text for text in HEARD if text not in source] == []
    assert [pattern for pattern in PATTERNS if max(re.split(r"\{\w+\}", pattern), key=len) not in source] == []


def test_one_english_word_has_two_meanings_on_two_scales() -> None:
    with override("zh-hans"):
        assert (spoken("minor", "blur"), spoken("minor", "importance")) == ("轻微", "次要")


def test_a_sentence_that_quotes_something_is_translated_around_it() -> None:
    english = "The key Q would do two things: flag and clear."

    with override("zh-hans"):
        assert spoken(english) == "按键 Q 会对应两个操作：flag 和 clear。"
    assert spoken(english) == english


def test_a_number_brings_its_own_word() -> None:
    assert [counted(number, "vote", "votes") for number in (1, 2)] == ["vote", "votes"]
    with override("zh-hans"):
        assert [counted(number, "vote", "votes") for number in (1, 2)] == ["次评分", "次评分"]


def test_a_language_is_offered_as_soon_as_its_file_is_there(tmp_path: Path) -> None:
    compiled = tmp_path / "pt_BR" / "LC_MESSAGES" / "django.mo"
    compiled.parent.mkdir(parents=True)
    compiled.write_bytes(PAGES.with_suffix(".mo").read_bytes())

    assert offered(tmp_path) == [("en", "English"), ("pt-br", "Português Brasileiro")]
    assert offered() == [("en", "English"), ("zh-hans", "简体中文")]


@pytest.mark.django_db
def test_the_api_speaks_english_words_whatever_the_language() -> None:
    client = Client(headers={"Accept-Language": "zh-CN"})

    assert client.get("/api/v1/session").json()["error"]["code"] == "not_authenticated"
