from pathlib import Path

import numpy as np
import pytest

from annotation.errors import InvalidInput
from annotation.exchange.votes_csv import read_votes


def write(folder: Path, text: str) -> Path:
    path = folder / "old votes.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_columns_may_have_other_names_and_come_in_any_order(tmp_path: Path) -> None:
    path = write(
        tmp_path, "\ufeffRating,Observer, Image ,comment\n5,ann,b.png,x\n1,ann,a.png,\n4,bob,b.png,\n,bob,a.png,\n"
    )

    found = read_votes(path)

    panel = found.panel
    assert (panel.regions, panel.annotators, panel.tops) == (["a.png", "b.png"], ["ann", "bob"], {"score": 4})
    assert panel.ballots("score").level.tolist() == [4.0, 0.0, 3.0]
    assert (found.lowest, found.highest, found.repeated) == (1.0, 5.0, 0)


@pytest.mark.parametrize("between", [";", "\t"])
def test_columns_may_stand_between_semicolons_or_tabs(between: str, tmp_path: Path) -> None:
    text = "stimulus,subject,score\na,ann,1\nb,ann,5\n".replace(",", between)

    assert read_votes(write(tmp_path, text)).panel.regions == ["a", "b"]


def test_a_second_vote_is_a_second_look(tmp_path: Path) -> None:
    path = write(tmp_path, "stimulus,subject,score\na,ann,1\na,ann,3\nb,ann,5\n")

    found = read_votes(path)

    repeats = found.panel.repeats_of("score")
    assert (found.repeated, len(found.panel.ballots("score"))) == (1, 2)
    assert (repeats.first.tolist(), repeats.second.tolist()) == ([0.0], [2.0])


def test_the_scale_s_ends_may_be_named(tmp_path: Path) -> None:
    path = write(tmp_path, "stimulus,subject,score\na,ann,2\nb,ann,3\n")

    assert read_votes(path, lowest=1, highest=5).panel.tops == {"score": 4}
    with pytest.raises(InvalidInput, match="1 scores are outside 1 to 2, for example 3"):
        read_votes(path, lowest=1, highest=2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("stimulus,subject,score\n", "The file has no votes below its first line."),
        ("stimulus,score\na,1\n", "The file has no column for the subject; call it one of subject, annotator, rater, "),
        ("stimulus,subject,score\na,ann,good\n", "These lines are no votes: line 2 (a, ann, 'good')."),
        ("stimulus,subject,score\na,,nan\n", "These lines are no votes: line 2 (a, no subject, 'nan')."),
        ("stimulus,subject,score\na,ann,3\n", "Every score is 3; name the scale's ends with --lowest and --highest."),
        ("", "The file has no column for the stimulus; "),
        (
            'stimulus,subject,score\na,ann,3\n"b,ann,4\nc,ann,5\n',
            "The file cannot be read near line 3: unexpected end of data.",
        ),
    ],
)
def test_what_makes_no_sense_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InvalidInput) as error:
        read_votes(write(tmp_path, text))

    assert error.value.message[: len(message)] == message


def test_a_file_may_say_of_what_content_and_condition_a_stimulus_is(tmp_path: Path) -> None:
    lines = ["stimulus,subject,score,src,hrc", "a,ann,1,harbour,blur", "b,ann,3,harbour,noise", "c,ann,5,quay,blur"]

    found = read_votes(write(tmp_path, "\n".join(lines) + "\n")).panel

    assert found.image is not None
    assert found.condition is not None
    assert (found.image.tolist(), found.condition.tolist()) == ([0, 0, 1], [0, 1, 0])
    plain = read_votes(write(tmp_path, "stimulus,subject,score\na,ann,1\nb,ann,3\n")).panel
    assert (plain.image, plain.condition) == (None, None)


def test_a_file_may_say_when_in_which_session_and_how_fast(tmp_path: Path) -> None:
    lines = [
        "stimulus,subject,score,time,session,duration_ms",
        "a,ann,1,2026-03-01T10:01:00Z,2,5000",
        "b,ann,3,2026-03-01T11:00:00+01:00,2,",
        "a,bob,5,1772359200,1,9000",
    ]

    votes = read_votes(write(tmp_path, "\n".join(lines) + "\n")).panel.votes

    assert votes.sitting.tolist() == [0, 0, 1]
    assert votes.position.tolist() == [1, 0, 0]
    assert (votes.moment - votes.moment[1]).tolist() == [60.0, 0.0, 0.0]
    assert (votes.milliseconds[0], np.isnan(votes.milliseconds[1])) == (5000.0, True)


def test_a_pause_begins_a_new_sitting_where_nobody_wrote_down_the_session(tmp_path: Path) -> None:
    times = [("a", 0), ("b", 60), ("c", 60 + 1801), ("d", 60 + 1860)]
    lines = ["stimulus,subject,score,time", *(f"{name},ann,{place},{time}" for place, (name, time) in enumerate(times))]

    votes = read_votes(write(tmp_path, "\n".join(lines) + "\n")).panel.votes

    assert (votes.sitting.tolist(), votes.position.tolist()) == ([0, 0, 1, 1], [0, 1, 0, 1])


def test_a_time_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"These lines are no votes: line 2 \(a, ann, '1', 'noon'\)\."):
        read_votes(write(tmp_path, "stimulus,subject,score,time\na,ann,1,noon\n"))


@pytest.mark.parametrize("time, seconds", [("1.7e9", 1.7e9), ("1700000000000", 1.7e9), ("-86400", -86400.0)])
def test_a_time_in_milliseconds_is_known_by_its_size(tmp_path: Path, time: str, seconds: float) -> None:
    votes = read_votes(write(tmp_path, f"stimulus,subject,score,time\na,ann,1,{time}\nb,ann,2,{time}\n")).panel.votes

    assert votes.moment.tolist() == [seconds, seconds]


def test_a_number_that_is_no_time_on_earth_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"line 2 \(a, ann, '1', '1e15'\)"):
        read_votes(write(tmp_path, "stimulus,subject,score,time\na,ann,1,1e15\n"))


def test_lines_are_numbered_as_an_editor_numbers_them(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"These lines are no votes: line 5 \(b, bob, 'good'\)\."):
        read_votes(write(tmp_path, "stimulus,subject,score\na,ann,3\n\n\nb,bob,good\n"))


@pytest.mark.parametrize(
    "scores, top, step, levels",
    [
        ((1, 3, 5), 4, 1, [0, 2, 4]),
        ((0.1, 1.1, 4.1), 4, 1, [0, 1, 4]),
        ((0, 7, 10), 10, 1, [0, 7, 10]),
        ((0, 25, 100), 4, 25, [0, 1, 4]),
        ((0, 0.3, 0.4), 4, 0.1, [0, 3, 4]),
        ((1, 1.5, 5), 4, 1, [0, 0.5, 4]),
        ((1.5, 2, 4), 4, 0.625, [0, 0.8, 4]),
    ],
)
def test_a_few_whole_levels_stay_and_any_other_scale_is_one_of_five(
    tmp_path: Path, scores: tuple[float, ...], top: int, step: float, levels: list[float]
) -> None:
    rows = "".join(f"{place},ann,{score}\n" for place, score in enumerate(scores))

    found = read_votes(write(tmp_path, f"stimulus,subject,score\n{rows}"))

    assert (found.panel.tops, found.step, found.highest) == ({"score": top}, step, scores[-1])
    assert found.panel.votes.levels["score"].tolist() == levels
    assert [round(found.score(level), 12) for level in levels] == list(scores)


def test_a_scale_too_wide_for_steps_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"The scores reach from -1e\+300 to 3; a scale has at most 10,000 steps\."):
        read_votes(write(tmp_path, "stimulus,subject,score\na,ann,-1e300\nb,ann,3\n"))
