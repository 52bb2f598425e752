"""One training run from claim to decision. Each step leaves its result on disk, so a run that was killed goes on there."""

import json
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings

from annotation.actions.exports import write_snapshot
from annotation.actions.gate import Check, decide
from annotation.actions.jobs import JobStopped, beat, fail
from annotation.actions.reports import keep_report
from annotation.actions.training import (
    LEAST_TEST,
    LEAST_TRAIN,
    base_of,
    conclude,
    enter_stage,
    freeze,
    not_due,
    nothing_new,
    thinned,
)
from annotation.actions.versions import register_version
from annotation.enums import Decision, ExportFormat, TrainingStage
from annotation.errors import DomainError
from annotation.exchange.formats import ImageLostError
from annotation.exchange.meter import Meter
from annotation.exchange.snapshot_file import SnapshotDamagedError
from annotation.models import ModelVersion, Snapshot, TrainingRun
from annotation.queries.training import tries_on_this_holdout
from annotation.version_store import local_directory
from workers.accelerator import has_accelerator
from workers.alive import alive
from workers.child import ChildFailedError, Spent, run_child, tail
from workers.curve import Curve
from workers.tidying import work_folder

log = logging.getLogger(__name__)

PARTS = 1000
"""Of a run's progress."""
TRAINED, COMPARED = 850, 990
FORESEEN = (ChildFailedError, SnapshotDamagedError, ImageLostError, DomainError, OSError)


def run_training(run: TrainingRun) -> None:
    """The run must be claimed. Stopped, it leaves its checkpoints; failed, it says why."""
    work = work_folder(run.pk)
    try:
        if run.snapshot_id is None:  # at its start: what lies there is of a run that a restored backup has forgotten
            shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True, exist_ok=True)
        _run(run, work)
    except JobStopped:
        return
    except FORESEEN as error:
        fail(run, str(error))
    except SoftTimeLimitExceeded:
        fail(run, "The run took longer than five hours and was stopped. Let it go on: it begins where it was.")
    except Exception as error:
        fail(run, f"The run stopped on an unexpected error ({type(error).__name__}); see the worker's log.")
        raise
    else:
        shutil.rmtree(work)


def _run(run: TrainingRun, work: Path) -> None:
    beat(run, done=0, total=PARTS)
    if reason := not_due(run):
        conclude(run=run, decision=Decision.TOO_FEW, log=reason)
        return
    with alive(run):  # the store may be slow and far away
        snapshot = freeze(run=run)
    if nothing_new(run):
        conclude(run=run, decision=Decision.UNCHANGED)
        return
    with alive(run):
        data = _written(run, snapshot, work / "data")
    counts = _counted(data)
    if counts["train_regions"] < LEAST_TRAIN or counts["test_images"] < LEAST_TEST:
        conclude(run=run, decision=Decision.TOO_FEW, **counts)
        return
    enter_stage(run=run, stage=TrainingStage.TRAINING, **counts)
    base = base_of(run)
    candidate = _trained(run, base, data, work)
    champion = run.champion or base
    tries = tries_on_this_holdout(run, counts["test_regions"])
    enter_stage(run=run, stage=TrainingStage.COMPARING, tries=tries)
    result = _compared(run, candidate, at_hand(run, champion), data, work)
    version = registered(run, candidate)
    for measured, name in ((champion, "champion"), (version, "candidate")):
        keep_report(study=run.study, version=measured, snapshot=snapshot, report=json.dumps(result[name]))
    checks = [Check(**line) for line in result["checks"]]
    decide(run=run, candidate=version, checks=checks, better=result["better"])


def _written(run: TrainingRun, snapshot: Snapshot, data: Path) -> Path:
    """The snapshot as training reads it, without exposed votes; written beside its place first: half of it is never read."""
    if not data.is_dir():
        part = data.with_name("unfinished")
        shutil.rmtree(part, ignore_errors=True)
        rows = snapshot.regions + snapshot.votes
        meter = Meter(lambda done, total: beat(run, done=0, total=PARTS), rows)
        write_snapshot(snapshot, {ExportFormat.SEAGULL: part}, meter, include_images=True, without_exposed=True)
        part.rename(data)
    return data


def _counted(data: Path) -> dict[str, int]:
    rows = json.loads((data / "labels.json").read_text(encoding="utf-8"))
    settled = [row for row in rows if row["status"] == "settled"]
    test = [row for row in settled if row["split"] == "test"]
    return {
        "train_regions": len(settled) - len(test),
        "test_regions": len(test),
        "test_images": len({row["image"]["sha256"] for row in test}),
    }


def _trained(run: TrainingRun, base: ModelVersion, data: Path, work: Path) -> Path:
    out, words = work / "candidate", work / "train.log"
    if out.is_dir():
        return out
    start, curve = at_hand(run, base), Curve(work / "candidate.training" / "metrics.jsonl")
    spent = run_child(
        "ml.train",
        [
            *(str(data), "--out", str(out), "--preset", base.preset, "--stage", "2", "--from", str(start)),
            *("--seed", str(run.pk), "--no-test", "--resume"),
        ],
        log=words,
        watch=lambda: _watch_training(run, curve, words),
        processes=settings.TRAINING_PROCESSES,
    )
    _watch_training(run, curve, words, **_cost(run, spent))
    return out


def registered(run: TrainingRun, candidate: Path) -> ModelVersion:
    """In the store, which may be slow and far away, as may be where a version comes from."""
    with alive(run):
        return register_version(directory=candidate, name=f"{run.study.slug} {run.pk}", study=run.study)


def at_hand(run: TrainingRun, version: ModelVersion) -> Path:
    with alive(run):
        return local_directory(version.folder)


def _watch_training(run: TrainingRun, curve: Curve, words: Path, **facts: Any) -> None:
    """The curve so far and the end of the log into the run's row. Raises JobStopped."""
    curve.look()
    if curve.losses:
        facts |= {"losses": thinned(curve.losses), "regions_per_second": curve.regions_per_second}
    beat(run, done=round(TRAINED * min(1.0, curve.progress)), total=PARTS)
    enter_stage(run=run, stage=TrainingStage.TRAINING, log=tail(words), **facts)


def _compared(run: TrainingRun, candidate: Path, champion: Path, data: Path, work: Path) -> dict[str, Any]:
    found, words = work / "compared.json", work / "compare.log"
    if not found.is_file():
        part = work / "comparing.json"
        spent = run_child(
            "ml.compare",
            [*(str(candidate), str(champion), str(data), "--json", str(part)), "--tries", str(run.tries)],
            log=words,
            watch=_alive(run, COMPARED),
        )
        enter_stage(run=run, stage=TrainingStage.COMPARING, **_cost(run, spent))
        part.rename(found)
    result: dict[str, Any] = json.loads(found.read_text(encoding="utf-8"))
    return result


def _cost(run: TrainingRun, spent: Spent) -> dict[str, float]:
    """With what its children cost before. Where there is an accelerator, a child holds it from start to end."""
    held = spent.wall_seconds if has_accelerator() else 0.0
    return {"cpu_seconds": run.cpu_seconds + spent.cpu_seconds, "gpu_seconds": run.gpu_seconds + held}


def _alive(run: TrainingRun, done: int) -> Callable[[], None]:
    return lambda: beat(run, done=done, total=PARTS)
