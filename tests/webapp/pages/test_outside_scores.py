import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from annotation.models import Image
from tests.webapp.pages.cast import Cast, client_of
from webapp.pages import outside_scores

pytestmark = pytest.mark.django_db
PATH = "/studies/gulls/images/scores"


@pytest.fixture
def client(scene: Cast) -> Client:
    return client_of(scene.people["manager"])


def csv(text: str, name: str = "koniq.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), "text/csv")


def test_a_file_is_looked_at_and_brought_in_once_one_is_sure(scene: Cast, client: Client) -> None:
    text = f"name,mos\n{scene.image.name},62.5\nelsewhere.jpg,1\n"
    looked = client.post(PATH, {"file": csv(text)}).content.decode()
    assert "This would bring in 1 score" in looked
    assert "No image of the study has this name." in looked
    assert Image.objects.filter(outside_mos__isnull=False).count() == 0

    hidden = {
        name: html.unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', looked)
    }
    after = client.post(PATH, {name: hidden[name] for name in ("sure", "source", "text")}, follow=True)

    assert "Outside scores brought in: 1." in after.content.decode()
    assert Image.objects.get(pk=scene.image.pk).outside_mos == 62.5
    journal = client.get("/studies/gulls/journal?what=import_ended").content.decode()
    assert "Outside scores from koniq.csv" in journal


def test_a_wrong_line_is_named_and_changes_nothing_even_when_somebody_is_sure(scene: Cast, client: Client) -> None:
    text = f"name,mos\n{scene.image.name},good\n"

    looked = client.post(PATH, {"file": csv(text)}).content.decode()
    sure = client.post(PATH, {"text": text, "sure": "1"})

    assert "1 line is wrong; nothing was changed" in looked
    assert "Line 2 of the CSV: the score &#x27;good&#x27; is not a number." in looked
    assert 'name="sure"' not in looked
    assert (sure.status_code, b"Line 2 of the CSV" in sure.content) == (400, True)
    assert Image.objects.filter(outside_mos__isnull=False).count() == 0


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "Choose a file or paste its lines."),
        ({"text": "hello"}, "The CSV needs a column path"),
        ({"file": SimpleUploadedFile("x.csv", "名称".encode("gbk"))}, "The file must be text in UTF-8"),
        ({"file": SimpleUploadedFile("x.csv", b"x" * (8 * 2**20 + 1))}, "The file has more than 8 MiB."),
    ],
)
def test_what_is_no_table_is_refused_in_words(client: Client, body: dict[str, object], words: str) -> None:
    answer = client.post(PATH, body)

    assert (answer.status_code, words in answer.content.decode()) == (400, True)


def test_more_than_a_form_can_hold_is_refused_before_anything_is_sent(
    scene: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside_scores, "MOST_AT_ONCE", 20)

    answer = client.post(PATH, {"text": f"path,score\n{scene.image.name},1\n"})

    assert (answer.status_code, b"split the file in two" in answer.content) == (400, True)


def test_names_that_fit_nothing_and_scores_that_are_there_are_said_so(scene: Cast, client: Client) -> None:
    nothing = client.post(PATH, {"text": "path,score\nelsewhere.jpg,1\n"}).content.decode()
    Image.objects.filter(pk=scene.image.pk).update(outside_mos=1)
    same = client.post(PATH, {"text": f"path,score\n{scene.image.name},1\n"}).content.decode()
    other = client.post(PATH, {"text": f"path,score\n{scene.image.name},2\n"}).content.decode()

    assert "None of these names is in the study; nothing was changed" in nothing
    assert "The study has all of these scores already" in same
    assert '<td class="end number">1.0</td><td class="end number">2.0</td>' in other
