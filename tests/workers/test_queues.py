"""Who waits behind whom: clicks wait behind clicks only, whatever is being trained."""

from collections import defaultdict
from pathlib import Path

import pytest

from webapp.doorbell import _QUEUES
from webapp.supervisor.plan import whole_platform
from webapp.supervisor.running import Site
from workers.config import beat_schedule


def queues() -> dict[str, set[str]]:
    """Of each task, where the clock and the web process send it."""
    found = defaultdict(set)
    for tick in beat_schedule.values():
        found[str(tick["task"])].add(tick["options"]["queue"])  # type: ignore[index]
    for task, queue in _QUEUES.items():
        found[task].add(queue)
    return found


def on(queue: str) -> set[str]:
    return {task.removeprefix("workers.tasks.") for task, where in queues().items() if where == {queue}}


def test_the_clock_and_the_web_process_agree_on_each_task_s_queue() -> None:
    assert {task: where for task, where in queues().items() if len(where) > 1} == {}


def test_only_what_somebody_waits_for_is_interactive() -> None:
    assert on("interactive") == {
        "sketches.answer_sketches_task",
        "assessments.answer_assessments_task",
        "ahead.look_ahead_task",
    }


def test_nothing_waits_behind_an_import_of_hours() -> None:
    assert on("imports") == {"imports.run_imports_task"}


def test_what_needs_a_model_for_long_is_on_the_gpu_s_queue() -> None:
    assert on("gpu") == {
        "proposals.propose_regions_task",
        "prelabels.prelabel_regions_task",
        "training.run_trainings_task",
        "training.tidy_trainings_task",
        "evaluations.run_evaluations_task",
    }


def test_each_queue_has_processes_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere")
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://elsewhere")

    programs = whole_platform(Site(tmp_path, "http://127.0.0.1:1", listener=0, lock=0))[-1].programs

    served = [part.command[part.command.index("--queues") + 1] for part in programs if "--queues" in part.command]
    assert sorted(served) == ["default", "gpu", "imports", "interactive"]
    nice = {part.name for part in programs if part.niceness}
    assert nice == {"worker-default", "worker-gpu", "worker-imports"}
