"""Every translation is whole: nothing left out, nothing unsure, the same things filled in, and compiled as it is written."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.models import TextChoices
from django.http import Http404
from django.template.loader import render_to_string
from django.test import Client
from django.utils.translation import override
from rest_framework.exceptions import ErrorDetail, ValidationError

from annotation import enums
from annotation.errors import Conflict
from annotation.scales import SCALES, WORDS
from tests.webapp.catalogues import Entry, read_mo, read_po, write_mo
from webapp.api.errors import answer_error
from webapp.charts import distribution_charts
from webapp.languages import FOLDER, offered
from webapp.spoken import counted, spoken

WEBAPP = Path(settings.BASE_DIR) / "webapp"
FILES = sorted(FOLDER.glob("*/LC_MESSAGES/*.po"))
PAGES = FOLDER / "zh_Hans" / "LC_MESSAGES" / "django.po"
SCRIPTS = PAGES.with_name("djangojs.po")
_FILLED = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}")
_TAGS = re.compile(r"</?[a-z]+")
SILENT = {"store", "rle", "rate_worker", "keys"}
"""Scripts whose errors nobody is shown, and the one that writes keys as they are printed."""
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


def test_no_script_says_a_sentence_past_the_translation() -> None:
    past = re.compile(r'(?:\b(?:say|changed|notice|Error)\(|textContent = |\? |: )"[A-Z][a-z][^"]*"')
    scripts = [path for path in (WEBAPP / "static" / "gullery").rglob("*.js") if path.stem not in SILENT]

    assert {path.name: found for path in scripts if (found := past.findall(path.read_text()))} == {}


def test_the_translation_has_every_word_that_is_counted() -> None:
    known = {(entry.text, entry.plural) for entry in read_po(PAGES)}
    pairs = re.compile(r"\|(?:count|noun):[\"']([^\"',]+),([^\"',]+)[\"']")
    templates = (WEBAPP / "templates").rglob("*.html")

    assert [pair for path in templates for pair in pairs.findall(path.read_text()) if pair not in known] == []


def test_no_translation_counts_a_second_time_what_is_filled_in_with_its_word() -> None:
    said = {entry.text: entry.said[0] for entry in read_po(PAGES)}
    block = re.compile(r"\{% blocktranslate (?:with )?([^%]*)%\}(.*?)\{% endblocktranslate %\}", re.DOTALL)
    twice = []

    for path in (WEBAPP / "templates").rglob("*.html"):
        for fillings, text in block.findall(path.read_text()):
            chinese = said.get(re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", text), "")
            counted_ones = re.findall(r"(\w+)=\S*\|count:", fillings)
            twice += [chinese for name in counted_ones if re.search(rf"%\({name}\)s ?[个张次条位人项]", chinese)]

    assert twice == []


def test_the_translation_has_every_level_scale_and_choice_of_the_domain() -> None:
    choices = [one for one in vars(enums).values() if isinstance(one, type) and issubclass(one, TextChoices)]
    shown = {label for one in choices if one.__name__ not in NOT_SHOWN for label in one.labels if label}

    with override("zh-hans"):
        levels = {(scale, word): spoken(word, scale) for scale in SCALES for word in WORDS[scale]}
        assert [pair for pair, said in levels.items() if said == pair[1]] == []
        assert [scale for scale in SCALES if spoken(scale, "scale") == scale] == []
    assert shown - {entry.text for entry in read_po(PAGES)} == set()


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
    write_mo(tmp_path / "pt_BR" / "LC_MESSAGES" / "django.mo", {"Sign in": "Entrar"})

    assert offered(tmp_path) == [("en", "English"), ("pt-br", "Português Brasileiro")]
    assert offered(tmp_path, FOLDER) == [*offered(tmp_path), ("zh-hans", "简体中文")]


def test_a_file_in_the_data_folder_is_all_that_another_language_takes(tmp_path: Path) -> None:
    """A whole program: its settings find the file, the header offers the language, pages and scripts speak it."""
    folder = tmp_path / "locale" / "de" / "LC_MESSAGES"
    write_mo(
        folder / "django.mo", {"Sign in": "Anmelden", "severity\x04minor": "gering", "importance\x04minor": "Neben"}
    )
    write_mo(folder / "djangojs.mo", {"Saved": "Gespeichert"})
    ask = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "page = Client().get('/sign-in', headers={'Accept-Language': 'de', 'Host': 'localhost'}).content.decode()\n"
        "print(*(words in page for words in %r))"
    )
    wanted = ('<html lang="de"', "<h1>Anmelden</h1>", '"Saved": "Gespeichert"', '"severity\\u0004minor": "gering"',
              'value="zh-hans" lang="zh-hans">简体中文<', 'value="en" lang="en">English<')  # fmt: skip

    done = subprocess.run(
        [sys.executable, "-c", ask % (wanted,)], cwd=WEBAPP.parent, capture_output=True, text=True,
        env={**os.environ, "GULLERY_DATA": str(tmp_path), "GULLERY_DEBUG": "1", "DJANGO_SETTINGS_MODULE": "webapp.settings"},
        timeout=600, check=False,
    )  # fmt: skip

    assert done.stdout.split() == ["True"] * len(wanted), done.stderr


def test_numbers_of_pictures_stay_numbers_where_a_comma_divides() -> None:
    chart = distribution_charts({"quality": [1, 2, 3, 4, 5]})[0]

    with override("de"):
        page = render_to_string("fragments/chart.html", {"chart": chart})

    assert re.findall(r'="[0-9]+,[0-9]+"', page) == []


def test_the_api_speaks_english_unless_it_is_asked_for_another_language() -> None:
    asked = [answer(Conflict("This study is closed.", code="study_closed"), language) for language in ("en", "zh-hans")]

    assert asked == [
        {"code": "study_closed", "message": "This study is closed."},
        {"code": "study_closed", "message": "本研究已关闭。"},
    ]
    assert answer(Http404("There is no such study for you."), "zh-hans")["message"] == "没有您可以访问的此研究。"
    fields = answer(ValidationError({"name": [ErrorDetail("This field is required.", "required")]}), "zh-hans")
    assert (fields["code"], fields["fields"]) == ("invalid", {"name": ["This field is required."]})


def answer(error: Exception, language: str) -> dict[str, Any]:
    with override(language):
        found: dict[str, Any] = answer_error(error, {}).data["error"]
    return found


@pytest.mark.django_db
def test_a_program_that_says_no_language_reads_english() -> None:
    bare, chinese = (Client(headers=headers).get("/api/v1/session") for headers in ({}, {"Accept-Language": "zh-CN"}))

    assert [one.json()["error"]["code"] for one in (bare, chinese)] == ["not_authenticated"] * 2
    assert bare.json()["error"]["message"] == "Authentication credentials were not provided."
    assert chinese.json()["error"]["message"] == "身份认证信息未提供。"
    assert "Accept-Language" in chinese["Vary"]
