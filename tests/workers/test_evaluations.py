import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from annotation.actions.evaluations import request_evaluation
from annotation.actions.jobs import cancel
from annotation.actions.reports import read_report
from annotation.actions.snapshots import take_snapshot
from annotation.actions.versions import register_version
from annotation.enums import JobStatus
from annotation.models import Evaluation
from ml.shipped import TINY
from tests.annotation.exchange.snapshots import make_nest
from tests.factories import cast, make_image, make_member, make_region, make_study, make_version
from tests.pictures import picture_bytes
from workers.child import ChildFailedError
from workers.tasks import evaluations
from workers.tasks.evaluations import run_evaluations_task

pytestmark = pytest.mark.django_db

Watch = Callable[[], None]


class Child:
    """Stands for `python -m ml.evaluate`: writes what it is told to, and is watched once for each line of its words."""

    def __init__(self, words: Sequence[str] = (), failure: str = "") -> None:
        self.words, self.failure = words, failure
        self.asked: list[tuple[str, list[str], list[str]]] = []

    def __call__(self, module: str, arguments: Sequence[str], *, log: Path, watch: Watch) -> None:
        version, data, _, report = arguments
        self.asked.append(
            (module, [Path(version).name, Path(report).name], sorted(p.name for p in Path(data).iterdir()))
        )
        for line in self.words:
            log.write_text(line.format(version=Path(version).name))
            watch()
        if self.failure:
            raise ChildFailedError(self.failure)
        Path(report).write_text('{"regions": 3}')


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluations, "BEAT_SECONDS", 0.0)


def run(child: Child, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(evaluations, "run_child", child)
    return run_evaluations_task()


def asked(versions: int = 1) -> list[Evaluation]:
    study = make_nest().study
    snapshot = take_snapshot(study=study)
    return [
        request_evaluation(study=study, version=make_version(), snapshot=snapshot, by=None) for _ in range(versions)
    ]


def test_a_tick_measures_one_version_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = asked(2)
    child = Child()

    assert [run(child, monkeypatch) for _ in range(3)] == [1, 1, 0]

    for job in (first, second):
        job.refresh_from_db()
        assert (job.status, read_report(job.report.name)) == (JobStatus.DONE, {"regions": 3})
    module, names, data = child.asked[0]
    assert (module, names) == ("ml.evaluate", [first.version.folder, "report.json"])
    assert [name for name in data if name in {"images", "labels.json"}] == ["images", "labels.json"]


def test_progress_is_what_the_child_s_bar_says(monkeypatch: pytest.MonkeyPatch) -> None:
    asked()
    seen: list[tuple[int, int]] = []
    monkeypatch.setattr(evaluations, "beat", lambda job, *, done, total: seen.append((done, total)))

    run(
        Child(["Loading weights: 9/9 [00:01", "{version}:  40%|####  | 4/10 [00:01<", "{version}: 7/10 [00:02<"]),
        monkeypatch,
    )

    assert seen[-3:] == [(0, 0), (4, 10), (7, 10)]


def test_a_failure_is_said_with_the_child_s_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    [job] = asked()

    assert run(Child(failure="there are no test regions among the 2"), monkeypatch) == 1

    job.refresh_from_db()
    assert (job.status, job.error, job.report.name) == (JobStatus.FAILED, "there are no test regions among the 2", "")


def test_a_lost_original_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    [job] = asked()
    image = job.study.images.first()
    assert image is not None
    image.file.delete(save=False)

    run(Child(), monkeypatch)

    job.refresh_from_db()
    assert (job.status, "is not in the store any more" in job.error) == (JobStatus.FAILED, True)


def test_what_was_stopped_stays_stopped_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    [job] = asked()
    child = Child(["begun"])
    monkeypatch.setattr(evaluations, "write_test_set", lambda *, job, folder, sign: (folder.mkdir(), cancel(job=job)))

    run(child, monkeypatch)

    job.refresh_from_db()
    assert (len(child.asked), job.status, job.error, job.report.name) == (1, JobStatus.CANCELLED, "", "")


def test_an_unforeseen_error_fails_its_row_and_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    [job] = asked()
    monkeypatch.setattr(evaluations, "local_directory", lambda folder: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        run(Child(), monkeypatch)

    job.refresh_from_db()
    assert (job.status, "(ZeroDivisionError)" in job.error) == (JobStatus.FAILED, True)


def test_a_worker_without_the_networks_packages_leaves_them_to_another(monkeypatch: pytest.MonkeyPatch) -> None:
    [job] = asked()
    monkeypatch.setattr(evaluations, "can_judge", lambda: False)

    assert run(Child(), monkeypatch) == 0
    job.refresh_from_db()
    assert job.status == JobStatus.QUEUED


@pytest.mark.slow
def test_the_shipped_model_is_measured_on_a_study_s_test_split() -> None:
    """With nothing faked: a snapshot of two photographs, the real model in a real process."""
    study = make_study(votes_wanted=1)
    ada = make_member(study)
    for seed in range(3):
        image = make_image(study, picture_bytes("PNG", 64, 48, seed=seed), split="test" if seed else "train")
        cast(make_region(study, image), ada, quality=seed + 1, importance=seed)
    version = register_version(directory=TINY)
    job = request_evaluation(study=study, version=version, snapshot=take_snapshot(study=study), by=None)

    assert run_evaluations_task() == 1

    job.refresh_from_db()
    assert (job.status, job.error) == (JobStatus.DONE, "")
    report = json.loads(job.report.open("rb").read())
    assert (report["split"], report["regions"], report["images"]) == ("test", 2, 2)
    assert set(report["ways"]["closed_set"]) >= {"quality", "importance", "severities", "types"}
