"""The report in another language: asked for by name, else English whoever asks; data have no language."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from annotation.models import Protocol, Snapshot, Study
from tests.annotation.management.test_analyse_votes import write_course
from tests.annotation.queries.test_panel import make_panel
from tests.webapp.pages.reading import Text

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    study, _ = make_panel()
    Protocol.objects.create(study=study)
    return study


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


def report(out: Path, *options: str) -> str:
    call_command("export_labels", *options, "--format", "report", "--out", str(out))
    return (out / "report" / "report.html").read_text(encoding="utf-8")


def test_the_report_is_chinese_when_it_is_asked_to_be(study: Study, tmp_path: Path) -> None:
    page = Text()

    page.feed(report(tmp_path, study.slug, "--language", "zh-hans"))

    assert page.language == "zh-hans"
    assert page.english() == []
    assert [word in page.parts for word in ("实验规程", "曝光", "极严重", "否", "30 分钟")] == [True] * 5


def test_whoever_asks_the_report_is_english_and_the_same(study: Study, tmp_path: Path) -> None:
    first = report(tmp_path / "first", study.slug)
    snapshot = Snapshot.objects.get().sha256

    with override("zh-hans"):
        second = report(tmp_path / "second", study.slug, "--snapshot", snapshot)

    assert '<html lang="en">' in first
    assert first == second


def test_only_the_report_has_a_language(study: Study, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--language is for --format report"):
        call_command("export_labels", study.slug, "--format", "csv", "--out", str(tmp_path), "--language", "zh-hans")

    assert (Snapshot.objects.count(), list(tmp_path.iterdir())) == (0, [])


def test_old_votes_are_analysed_in_chinese(tmp_path: Path) -> None:
    rows = [f"photo{place},person{who},{1 + (place + who) % 5}" for place in range(8) for who in range(4)]
    (tmp_path / "votes.csv").write_text("\n".join(["stimulus,subject,score", *rows]))
    page = Text()

    call_command("analyse_votes", str(tmp_path / "votes.csv"), "--language", "zh-hans")

    page.feed((tmp_path / "votes-analysis" / "report.html").read_text(encoding="utf-8"))
    assert (page.language, [text for text in page.english() if text != "votes.csv 中的评分"]) == ("zh-hans", [])


def test_every_page_of_old_votes_is_chinese_too(tmp_path: Path) -> None:
    write_course(tmp_path / "votes.csv")

    call_command("analyse_votes", str(tmp_path / "votes.csv"), "--language", "zh-hans")

    for path in sorted((tmp_path / "votes-analysis").glob("*.html")):
        page = Text()
        page.feed(path.read_text(encoding="utf-8"))
        english = [text for text in page.english() if not text.startswith(("votes.csv", "p0", "p1"))]
        assert (path.name, page.language, english) == (path.name, "zh-hans", [])
