"""Prelabelling: how many images and regions a second, through the workers and by the library alone.

    OMP_NUM_THREADS=1 python -m benchmarks.prelabels FOLDER [--images 100] [--regions 3]

Three figures in one run: the library called directly (decode, encode, judge), the workers' task in this process (claims
and rows as well), and one and two worker processes over the queue on the same images with another version promoted; all
also as CPU time of the processes that judge.
Loading the model is not counted. Each is the best of three rounds, the first two in turn; the overhead is the task's or
the one worker's time for an image beside the library's. With workers time runs from the first judged image to the last,
which is one image less.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.proposals import photographs
from benchmarks.scratch import scratch_database

ROUNDS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--images", type=int, default=100)
    parser.add_argument("--regions", type=int, default=3, help="of an image")
    options = parser.parse_args()
    with scratch_database() as data:
        study, regions = prepare(options)
        warm(study)
        figures = {"images": study.images.count(), "regions": regions}
        alone, tasks = [], []
        for _ in range(ROUNDS):
            alone.append(direct(study))
            again(study)
            tasks.append(by_task(study))
        for name, found in (("library", alone), ("task", tasks)):
            figures[name] = rates(min(taken.seconds for taken in found), figures)
            figures[name]["cpu_seconds"] = round(min(taken.cpu for taken in found), 2)
        for name, unit in (("overhead_percent", "seconds"), ("overhead_percent_of_cpu", "cpu_seconds")):
            figures[name] = round(100 * (figures["task"][unit] / figures["library"][unit] - 1), 1)
        for processes in (1, 2):
            taken = by_workers(study, processes, data)
            figures[f"workers_{processes}"] = rates(min(one.seconds for one in taken), figures)
            figures[f"workers_{processes}"]["cpu_seconds"] = round(min(one.cpu for one in taken), 2)
        for name, unit in (("queue_overhead_percent", "seconds"), ("queue_overhead_percent_of_cpu", "cpu_seconds")):
            figures[name] = round(100 * (figures["workers_1"][unit] / figures["library"][unit] - 1), 1)
    print(json.dumps(figures))


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
            corners = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
            mask = polygon_mask(corners, image.width, image.height)
            draw(image=image, mask=mask, level="object", by=maker)
    return study, Region.objects.filter(study=study).count()


def warm(study: Any) -> None:
    """The model is loaded and has judged once, as in a worker that is at work."""
    from annotation.models import Region
    from workers.tasks.prelabels import _judged

    image = study.images.first()
    _judged(image, list(Region.objects.filter(image=image)), study.active_version)


class Taken(NamedTuple):
    """`cpu` seconds of this process; the database's are not among them."""

    seconds: float
    cpu: float


@contextmanager
def timed() -> Iterator[list[Taken]]:
    taken: list[Taken] = []
    clock, cpu = time.perf_counter(), time.process_time()
    yield taken
    taken.append(Taken(time.perf_counter() - clock, time.process_time() - cpu))


def direct(study: Any) -> Taken:
    """The library for all images."""
    import numpy as np

    from annotation.masks import decode_mask
    from annotation.models import Image
    from ml.images import decode
    from workers.resident import predictor

    images = list(Image.objects.filter(study=study).prefetch_related("regions"))
    model = predictor(study.active_version_id)
    with timed() as taken:
        for image in images:
            with image.file.open("rb") as file:
                model.set_image(decode(file.read()))
            masks = [decode_mask(region.rle, image.width, image.height) for region in image.regions.all()]
            model.assess(np.stack(masks))
    return taken[0]


def by_task(study: Any) -> Taken:
    from workers.resident import predictor
    from workers.tasks.prelabels import prelabel_regions_task

    predictor(study.active_version_id)
    with timed() as taken:
        while prelabel_regions_task():
            pass
    return taken[0]


def by_workers(study: Any, processes: int, data: Path) -> list[Taken]:
    """Rounds over Redis, by workers that stay."""
    from webapp.embedded.redis import Redis

    server = Redis(data)
    server.prepare()
    around = {**os.environ, "GULLERY_DATA": str(data), "OMP_NUM_THREADS": "1"}
    broker = subprocess.Popen(server.command(), stdout=subprocess.DEVNULL)
    celery = [sys.executable, "-m", "celery", "-A", "workers"]
    options = ["--queues", "gpu", "--concurrency", str(processes), "--loglevel", "ERROR", "--without-gossip"]
    workers = subprocess.Popen([*celery, "worker", *options], env=around, stdout=subprocess.DEVNULL)
    try:
        return [watch(study, processes, workers.pid) for _ in range(ROUNDS)]
    finally:
        for process in (workers, broker):
            process.terminate()
            process.wait()


def watch(study: Any, processes: int, worker: int) -> Taken:
    """For all images, from what all but the first take: starting and loading are not counted."""
    from django.db.models import Max, Min

    from annotation.models import Prelabel
    from webapp.doorbell import ring_prelabels

    again(study)
    images, left = study.images.count(), study.images.filter(prelabel_due=True)
    for _ in range(processes):
        ring_prelabels()
    while (now := left.count()) == images:
        time.sleep(0.2)
    begun, counted = cpu_of(worker), now
    while left.exists():
        time.sleep(0.2)
    cpu = (cpu_of(worker) - begun) / counted * images
    made = Prelabel.objects.filter(version=study.active_version_id)
    ends = made.aggregate(first=Min("created_at"), last=Max("created_at"))
    return Taken((ends["last"] - ends["first"]).total_seconds() / (images - 1) * images, cpu)


def cpu_of(worker: int) -> float:
    """Seconds of its pool's processes so far."""
    children = Path(f"/proc/{worker}/task/{worker}/children").read_text().split()
    ticks = [Path(f"/proc/{child}/stat").read_text().rpartition(") ")[2].split()[11:13] for child in children]
    return sum(int(tick) for both in ticks for tick in both) / os.sysconf("SC_CLK_TCK")


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


def rates(seconds: float, figures: dict[str, Any]) -> dict[str, float]:
    return {
        "seconds": round(seconds, 2),
        "images_per_second": round(figures["images"] / seconds, 2),
        "regions_per_second": round(figures["regions"] / seconds, 2),
    }


if __name__ == "__main__":
    main()
