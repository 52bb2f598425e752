"""What the platform consists of: database and broker, then migrations, then web server and workers."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from webapp import environment
from webapp.supervisor.process import Program
from webapp.supervisor.programs import beat, broker, database, preparation, web, worker
from webapp.supervisor.running import Site
from webapp.supervisor.stages import Stage

PROJECT = Path(__file__).resolve().parent.parent.parent
_PATHS = ("GULLERY_MODEL", "GULLERY_SAM_CHECKPOINT", "GULLERY_STATIC_ROOT")


def whole_platform(site: Site) -> Sequence[Stage]:
    """An embedded server is part of it only where no URL of an outside one is set."""
    storage = []
    if not environment.text("DATABASE_URL"):
        storage.append(database(site))
    if not environment.text("CELERY_BROKER_URL"):
        storage.append(broker(site))
    around = {**os.environ, "GULLERY_DATA": str(site.data), "PYTHONUNBUFFERED": "1"}
    around["CELERY_SKIP_CHECKS"] = "1"  # the step before has just checked; four more times would cost seconds
    for name in _PATHS:  # as they were meant where we were started: the programs work in another folder
        if given := environment.text(name):
            around[name] = str(environment.folder(name, Path(given)))
    processes = environment.integer("GULLERY_WORKER_PROCESSES", 2, least=1)
    return (
        Stage(programs=storage),
        Stage(
            steps=[preparation(site, PROJECT, around)],
            programs=[
                web(site, PROJECT, around),
                worker(site, PROJECT, around, queue="default", processes=processes),
                worker(site, PROJECT, around, queue="imports", processes=processes),
                _gpu_worker(site, around, processes),
                _interactive_worker(site, around),
                beat(site, PROJECT, around),
            ],
        ),
    )


def _gpu_worker(site: Site, around: Mapping[str, str], processes: int) -> Program:
    """One process where a network sits on the accelerator; the embedded proposer has none, and a process per core is faster.

    As for clicks, a process lives for days: with every new one the model would be loaded anew.
    """
    if environment.text("GULLERY_SAM_CHECKPOINT"):
        return worker(site, PROJECT, around, queue="gpu", processes=1, tasks_per_child=100_000)
    around = {**around, "OMP_NUM_THREADS": "1"}
    return worker(site, PROJECT, around, queue="gpu", processes=processes, tasks_per_child=100_000)


def _interactive_worker(site: Site, around: Mapping[str, str]) -> Program:
    """One thread: on cores that a training fills, several would wait for each other (measured: 10 times as long).

    Its models take seconds to load, so the process lives for days instead of the minutes in which ticks add up to 1000.
    """
    if not environment.text("GULLERY_SAM_CHECKPOINT"):
        around = {**around, "OMP_NUM_THREADS": "1"}
    return worker(site, PROJECT, around, queue="interactive", processes=1, tasks_per_child=100_000)
