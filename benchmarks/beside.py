"""What else a machine does while something is measured on it: arithmetic, or a training run as the workers start it."""

import json
import multiprocessing
import os
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

PATIENCE_SECONDS = 900.0


@contextmanager
def busy(count: int) -> Iterator[None]:
    """So many processes that calculate without end."""
    processes = [multiprocessing.get_context("spawn").Process(target=calculate, daemon=True) for _ in range(count)]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.kill()


def calculate() -> None:
    while True:
        sum(range(10**6))


@contextmanager
def training(paths: Sequence[Path], folder: Path) -> Iterator[Path]:
    """`ml.train` of the shipped model on these photographs, as the workers start it; its journal, a line for each step.

    Begins when a first step is made, ends when the block does. Raises RuntimeError when training cannot begin.
    """
    from workers.child import run_child

    data, over = labelled(paths, folder / "data"), Event()
    journal, log = folder / "candidate.training" / "metrics.jsonl", folder / "train.log"

    def watch() -> None:
        if over.is_set():
            raise InterruptedError

    def train() -> None:
        with suppress(InterruptedError):
            run_child("ml.train", arguments(data, folder / "candidate"), log=log, watch=watch, every=0.2)

    os.environ.setdefault("OMP_NUM_THREADS", "1")  # as the supervisor sets it for the queue
    thread = Thread(target=train)
    thread.start()
    try:
        _begun(journal, thread, log)
        yield journal
    finally:
        over.set()
        thread.join()


def arguments(data: Path, out: Path) -> list[str]:
    from ml.shipped import TINY

    wanted = {"--out": out, "--preset": "tiny", "--stage": 2, "--from": TINY, "--seed": 1, "--epochs": 10_000}
    return [str(data), *(str(part) for option in wanted.items() for part in option), "--no-test"]


def labelled(paths: Sequence[Path], folder: Path) -> Path:
    """A data set as `ml.synthesis` builds it: three boxes a photograph, with labels by chance."""
    folder.mkdir(parents=True)
    chance = random.Random(1)
    rows = [row(path, number, chance) for path in paths for number in range(3)]
    (folder / "shard.jsonl").write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
    (folder / "index.json").write_text(json.dumps({"shards": [{"file": "shard.jsonl"}]}), encoding="utf-8")
    return folder


def row(path: Path, number: int, chance: random.Random) -> dict[str, object]:
    from PIL import Image

    from annotation.masks import polygon_mask

    with Image.open(path) as opened:
        width, height = opened.size
    left, top = width * (1 + 2 * number) // 8, height // 4
    right, bottom = left + width // 4, top + height // 2
    mask = polygon_mask([(left, top), (right, top), (right, bottom), (left, bottom)], width, height)
    return {
        "id": f"{path.stem}-{number}",
        "image": str(path.resolve()),
        "source": path.stem,
        "split": "train",
        "size": [height, width],
        "counts": mask.rle,
        "quality": chance.uniform(0, 4),
        "importance": chance.uniform(0, 4),
        "distortions": {"blur": chance.uniform(0, 4)},
    }


def _begun(journal: Path, thread: Thread, log: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not (journal.is_file() and journal.stat().st_size):
        if not thread.is_alive() or time.monotonic() > until:
            said = log.read_text(encoding="utf-8") if log.is_file() else "nothing in its log"
            raise RuntimeError(f"training did not begin: {said[-1000:]}")
        time.sleep(0.2)
