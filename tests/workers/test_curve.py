import json
from pathlib import Path

import pytest

from ml.training.journal import Journal
from workers.curve import Curve


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "metrics.jsonl"


def line(step: int, *, loss: float = 1.0) -> str:
    return json.dumps({"step": step, "loss": loss, "progress": step / 10, "regions_per_second": 10.0 * step}) + "\n"


def append(journal: Path, text: str) -> None:
    with journal.open("a") as file:
        file.write(text)


def test_before_the_first_step_there_is_nothing(journal: Path) -> None:
    curve = Curve(journal)
    curve.look()
    journal.touch()
    curve.look()

    assert (curve.losses, curve.progress, curve.regions_per_second) == ([], 0.0, 0.0)


def test_each_look_reads_on_and_half_a_line_waits_for_its_end(journal: Path) -> None:
    curve, whole = Curve(journal), line(3, loss=0.25)
    append(journal, line(1, loss=1.0) + line(2, loss=0.5) + whole[:20])
    curve.look()
    assert (curve.losses, curve.progress, curve.regions_per_second) == ([1.0, 0.5], 0.2, 15.0)

    curve.look()
    append(journal, whole[20:])
    curve.look()
    curve.look()

    assert (curve.losses, curve.progress, curve.regions_per_second) == ([1.0, 0.5, 0.25], 0.3, 20.0)


def test_what_was_read_is_not_read_again(journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[bytes] = []
    curve, note = Curve(journal), Curve._note
    monkeypatch.setattr(Curve, "_note", lambda self, text: (read.append(text), note(self, text)))
    for step in range(1, 6):
        append(journal, line(step))
        curve.look()

    assert [json.loads(text)["step"] for text in read] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("since", [1, 2, 5])
def test_steps_that_a_kill_undid_are_forgotten_whenever_one_looks(journal: Path, since: int) -> None:
    """Also when the child that goes on has written as much again before the next look."""
    append(journal, "".join(line(step, loss=2.0) for step in range(1, 6)))
    curve = Curve(journal)
    curve.look()

    going_on = Journal(journal, step=3, seen=True)
    for step in range(4, 4 + since):
        going_on.note({"step": step, "loss": 0.125, "progress": step / 10, "regions_per_second": 10.0 * step})
    going_on.close()
    curve.look()

    assert curve.losses == [2.0] * 3 + [0.125] * since
    assert curve.progress == pytest.approx((3 + since) / 10)
