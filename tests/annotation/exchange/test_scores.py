import csv
import io

import pytest

from annotation.exchange.scores import read_paths, read_scores
from annotation.exchange.sources import SourceError


def test_scores_are_found_by_path_or_by_unique_file_name() -> None:
    scores = read_scores(io.StringIO("image,mos\na/1.jpg,0.5\nb/1.jpg,0.25\nss01 (1001).jpg,1e-1\n"))

    assert scores.score_of("a/1.jpg") == 0.5
    assert scores.score_of("deep/ss01 (1001).jpg") == 0.1
    assert scores.score_of("1.jpg") is None
    assert scores.unused() == ["b/1.jpg"]


@pytest.mark.parametrize(
    "text, message",
    [
        ("file,sharpness\na,1\n", "needs a column score"),
        ("nothing,score\na,1\n", "needs a column path"),
        ("", "it has none"),
        ("path,score\na,1\nb,high\n", "Line 3 of the CSV: the score 'high' is not a number"),
        ("path,score\na,1\na,2\n", "Line 3 of the CSV: 'a' has another score further up"),
        ("path,score\na,nan\n", "not a finite number"),
        ("path,score\na,-inf\n", "not a finite number"),
        ("path;score\na;3,5\n", "Line 2 of the CSV: the score '3,5' is not a number"),
        ('path,score\na,1\n"b,2\nc,3\n', "cannot be read near line 3: unexpected end of data"),
        ("path,score\nin\\a,1\nin/a,2\n", "Line 3 of the CSV: 'in/a' has another score further up"),
        ("path,score\ncaf\u00e9,1\ncafe\u0301,2\n", "has another score further up"),
    ],
)
def test_a_csv_that_will_not_do_is_refused_with_the_reason(text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        read_scores(io.StringIO(text))


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_columns_may_stand_between_commas_semicolons_or_tabs(between: str) -> None:
    rows = [["Name", "more", "MOS"], ["a, b; c.png", "x", "1"], [], ['with "quotes".png', "", "2"], ["a.png", "", ""]]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=between).writerows([*rows, ["a.png", "", "3"], ["a.png", "", "3.0"], ["", "", ""]])
    out.seek(0)

    scores = read_scores(out)

    assert scores.by_path == {"a, b; c.png": 1, 'with "quotes".png': 2, "a.png": 3}


def test_a_table_from_windows_finds_its_images() -> None:
    scores = read_scores(io.StringIO("path,score\nin\\a.png,1\nin\\b.png,2\n"))

    assert [scores.score_of(path) for path in ("in/a.png", "b.png", r"in\b.png")] == [1, 2, 2]
    assert scores.unused() == []


def test_paths_alone_need_no_score() -> None:
    assert read_paths(io.StringIO("path\na.jpg\n b.jpg\n")) == ["a.jpg", " b.jpg"]
    assert read_scores(io.StringIO("path\na.jpg\n"), score_needed=False).by_path == {}


def test_a_file_name_that_two_images_have_finds_no_score() -> None:
    scores = read_scores(io.StringIO("name,score\n1.jpg,0.5\n2.jpg,0.25\n"))

    found = scores.among(["a/1.jpg", "b/1.jpg", "b/2.jpg"])

    assert [found.score_of(path) for path in ("a/1.jpg", "b/1.jpg", "b/2.jpg")] == [None, None, 0.25]
    assert found.unused() == ["1.jpg"]


def test_accents_written_in_two_ways_are_the_same_name() -> None:
    assert read_scores(io.StringIO("name,score\ncafe\u0301.jpg,1\n")).score_of("caf\u00e9.jpg") == 1


def test_a_csv_in_another_encoding_is_refused_with_the_reason() -> None:
    with pytest.raises(SourceError, match="cannot be read near line"):
        read_paths(io.TextIOWrapper(io.BytesIO("path\ncafé.jpg\n".encode("latin-1")), encoding="utf-8"))


def test_an_image_that_is_listed_without_a_score_has_not_its_namesake_s() -> None:
    scores = read_scores(io.StringIO("path,score\na/x.jpg,\nb/x.jpg,5\n")).among(["a/x.jpg", "c/y.jpg"])

    assert (scores.score_of("a/x.jpg"), scores.score_of("x.jpg"), scores.unused()) == (None, None, ["b/x.jpg"])
