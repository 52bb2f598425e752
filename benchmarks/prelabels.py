"""Prelabelling: how many images and regions a second, through the workers and by the library alone.

    OMP_NUM_THREADS=1 python -m benchmarks.prelabels FOLDER [--images 100] [--regions 3] [--rounds 3]

Three ways in turns, so that each round finds the same machine: the library called directly (decode, encode, judge), the
workers' task in this process (claims and rows as well), and one worker process over the queue; each on the same images,
with another version promoted. At last two worker processes. Medians of the rounds; `..._percent` is the median of how much
more time, or CPU time, a way took than the library in the same round.
Loading the model is not counted. With workers time runs from the first judged image to the last, which is one image less.
CPU is that of the processes that judge (a worker's with that of the process that hands it its tasks); the database's stands
beside it.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from benchmarks.proposals import photographs
from benchmarks.scratch import scratch_database

LIBRARY, TASK, WORKER = "library", "task", "workers_1"
RING_SECONDS = 5.0


class Taken(NamedTuple):
    """`cpu` seconds of what judges, `database` those of the server beside it."""

    seconds: float
    cpu: float
    database: float


Rounds = dict[str, list[Taken]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--images", type=int, default=100)
    parser.add_argument("--regions", type=int, default=3, help="of an image")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with scratch_database() as data, broker(data):
        study, regions = prepare(options)
        warm(study)
        rounds: Rounds = defaultdict(list)
        with workers(data, 1) as one:
            watch(study, 1, one, data)
            for _ in range(options.rounds):
                rounds[LIBRARY].append(direct(study, data))
                again(study)
                rounds[TASK].append(by_task(study, data))
                rounds[WORKER].append(watch(study, 1, one, data))
        with workers(data, 2) as two:
            watch(study, 2, two, data)
            rounds["workers_2"] = [watch(study, 2, two, data) for _ in range(options.rounds)]
        print(json.dumps(figures_of(rounds, study.images.count(), regions)))


def figures_of(rounds: Rounds, images: int, regions: int) -> dict[str, Any]:
    figures: dict[str, Any] = {"images": images, "regions": regions, "load": round(os.getloadavg()[0], 1)}
    for way, found in rounds.items():
        seconds, cpu, database = (median(each) for each in zip(*found, strict=True))
        figures[way] = {
            "seconds": seconds,
            "images_per_second": images / seconds,
            "regions_per_second": regions / seconds,
        }
        figures[way] |= {"cpu_seconds": cpu, "database_cpu_seconds": database}
        figures[way] = {name: round(value, 2) for name, value in figures[way].items()}
    for way in (TASK, WORKER):
        both = list(zip(rounds[way], rounds[LIBRARY], strict=True))
        figures[f"{way}_percent"] = more(own.seconds / alone.seconds for own, alone in both)
        figures[f"{way}_percent_of_cpu"] = more(own.cpu / alone.cpu for own, alone in both)
    return figures


def more(ratios: Iterator[float]) -> float:
    return round(100 * (median(ratios) - 1), 1)


def prepare(options: argparse.Namespace) -> tuple[Any, int]:
    """Images with boxes as regions, and the shipped model; how many regions."""
    from django.conf import settings

    from annotation.actions.imports import request_import, run_import
    from annotation.actions.jobs import claim
    from annotation.actions.regions import draw
    from annotation.actions.studies import create_study
    from annotation.actions.versions import register_version
    from annotation.masks import polygon_mask
    from annotation.models import Image, Import, Region, User

    register_version(directory=Path(settings.SHIPPED_VERSION))
    maker = User.objects.create(username="bench")
    study = create_study(by=maker, name="Bench", slug="bench", seed=1)
    with tempfile.TemporaryDirectory() as folder:
        for number, path in enumerate(photographs(options.folder, options.images)):
            shutil.copy(path, Path(folder) / f"{number}{path.suffix}")
        job = claim(Import, request_import(study=study, source=folder, by=None).pk)
        if job is not None:
            run_import(job=job)
    for image in Image.objects.filter(study=study):
        for number in range(options.regions):
            x, y = image.width * (1 + number) // 8, image.height // 4
            w, h = image.width // 3, image.height // 3
            corners: list[tuple[float, float]] = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
            mask = polygon_mask(corners, image.width, image.height)
            draw(image=image, mask=mask, level="object", by=maker)
    return study, Region.objects.filter(study=study).count()


def warm(study: Any) -> None:
    """The model is loaded and has judged once, as in a worker that is at work."""
    from annotation.models import Region
    from workers.looks import judged

    image = study.images.first()
    judged(image, image.file.read(), list(Region.objects.filter(image=image)), study.active_version)


@contextmanager
def timed(data: Path) -> Iterator[list[Taken]]:
    taken: list[Taken] = []
    clock, cpu, database = time.perf_counter(), time.process_time(), cpu_of_database(data)
    yield taken
    database = cpu_of_database(data) - database
    taken.append(Taken(time.perf_counter() - clock, time.process_time() - cpu, database))


def direct(study: Any, data: Path) -> Taken:
    """The library for all images."""
    import numpy as np

    from annotation.masks import decode_mask
    from annotation.models import Image
    from ml.images import decode
    from workers.resident import predictor

    images = list(Image.objects.filter(study=study).order_by("pk").prefetch_related("regions"))
    model = predictor(study.active_version_id)
    with timed(data) as taken:
        for image in images:
            with image.file.open("rb") as file:
                model.set_image(decode(file.read()))
            masks = [decode_mask(region.rle, image.width, image.height) for region in image.regions.all()]
            model.assess(np.stack(masks))
    return taken[0]


def by_task(study: Any, data: Path) -> Taken:
    from workers.resident import predictor
    from workers.tasks.prelabels import prelabel_regions_task

    predictor(study.active_version_id)
    with timed(data) as taken:
        while prelabel_regions_task():
            pass
    return taken[0]


@contextmanager
def broker(data: Path) -> Iterator[None]:
    from webapp.embedded.redis import Redis

    server = Redis(data)
    server.prepare()
    with ended(subprocess.Popen(server.command(), stdout=subprocess.DEVNULL)):
        yield


@contextmanager
def workers(data: Path, processes: int) -> "Iterator[subprocess.Popen[bytes]]":
    """A worker of the queue `gpu` as the supervisor starts it."""
    around = {**os.environ, "GULLERY_DATA": str(data), "OMP_NUM_THREADS": "1"}
    celery = [sys.executable, "-m", "celery", "-A", "workers"]
    options = ["--queues", "gpu", "--concurrency", str(processes), "--loglevel", "ERROR", "--without-gossip"]
    started = subprocess.Popen([*celery, "worker", *options, "--without-mingle"], env=around, stdout=subprocess.DEVNULL)
    with ended(started):
        yield started


@contextmanager
def ended(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def watch(study: Any, processes: int, worker: "subprocess.Popen[bytes]", data: Path) -> Taken:
    """For all images, from what all but the first take: starting and loading are not counted."""
    from django.db.models import Max, Min

    from annotation.models import Prelabel
    from webapp.doorbell import ring_prelabels

    again(study)
    images, left = study.images.count(), study.images.filter(prelabel_due=True)
    for _ in range(processes):
        ring_prelabels()
    wait_while(lambda: left.count() == images, worker, 0.05)
    now, begun, database = left.count(), cpu_of(worker.pid), cpu_of_database(data)
    wait_while(left.exists, worker, 0.2)
    cpu, database = cpu_of(worker.pid) - begun, cpu_of_database(data) - database
    made = Prelabel.objects.filter(version=study.active_version_id)
    ends = made.aggregate(first=Min("created_at"), last=Max("created_at"))
    seconds = (ends["last"] - ends["first"]).total_seconds()
    return Taken(seconds / (images - 1) * images, cpu / now * images, database / now * images)


def wait_while(more: Callable[[], bool], worker: "subprocess.Popen[bytes]", pause: float) -> None:
    """Rings every five seconds as the platform's clock does: a task ends after minutes, whatever is left.

    Raises RuntimeError when nobody is at work any more.
    """
    from webapp.doorbell import ring_prelabels

    rung = time.monotonic()
    while more():
        time.sleep(pause)
        if worker.poll() is not None:
            raise RuntimeError(f"the worker ended with {worker.returncode}")
        if time.monotonic() - rung > RING_SECONDS:
            rung = time.monotonic()
            ring_prelabels()


def cpu_of_database(data: Path) -> float:
    return cpu_of(int((data / "postgres" / "postmaster.pid").read_text().split()[0]))


def cpu_of(process: int) -> float:
    """Seconds so far of the process, its children and those of them that ended."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    ticks = [*ticks_of(str(process)), *(tick for child in children for tick in ticks_of(child)[:2])]
    return sum(ticks) / os.sysconf("SC_CLK_TCK")


def ticks_of(process: str) -> list[int]:
    """Its own, user's and system's, and those of its ended children; nothing when it has just ended."""
    try:
        return [int(ticks) for ticks in Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()[11:15]]
    except FileNotFoundError:
        return []


def again(study: Any) -> None:
    """Another version of the same weights is promoted: every image is due."""
    from annotation.actions.versions import promote, register_version
    from annotation.version_store import local_directory

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(local_directory(study.active_version.folder), copy)
        manifest = json.loads((copy / "manifest.json").read_text())
        manifest["parent"] = study.active_version.sha256
        (copy / "manifest.json").write_text(json.dumps(manifest))
        promote(study=study, version=register_version(directory=copy), reason="Once more.")


if __name__ == "__main__":
    main()
