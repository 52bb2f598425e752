import json
from pathlib import Path

from ml.training.journal import Journal


def note(path: Path, steps: range, *, after: int = 0) -> None:
    journal = Journal(path, step=after, seen=True)
    for step in steps:
        journal.note({"step": step, "progress": step / 10, "loss": 1 / 3})
    journal.close()


def steps_in(path: Path) -> list[int]:
    return [json.loads(line)["step"] for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_step_is_a_line_of_json(tmp_path: Path) -> None:
    note(tmp_path / "metrics.jsonl", range(1, 3))

    lines = (tmp_path / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        {"step": 1, "progress": 0.1, "loss": 0.333333},
        {"step": 2, "progress": 0.2, "loss": 0.333333},
    ]


def test_steps_after_the_checkpoint_are_noted_once(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    note(path, range(1, 6))

    note(path, range(4, 7), after=3)

    assert steps_in(path) == [1, 2, 3, 4, 5, 6]


def test_half_a_line_that_a_kill_left_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    note(path, range(1, 3))
    with path.open("a", encoding="utf-8") as file:
        file.write('{"step": 3, "prog')

    note(path, range(3, 4), after=2)

    assert steps_in(path) == [1, 2, 3]


def test_a_process_that_is_not_the_first_writes_nothing(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "metrics.jsonl", step=0, seen=False)
    journal.note({"step": 1, "progress": 0.1, "loss": 1.0})
    journal.close()

    assert list(tmp_path.iterdir()) == []
