"""Speed of the embedded proposer over a folder of photographs.

`OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python -m benchmarks.proposals FOLDER [--images 100]`

Three figures: proposals per second in one process, in two, and how long a click takes once the image is set.
"""

import argparse
import random
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ml.images import read
from ml.proposals import choose, load_proposer

SUFFIXES = {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp"}
CLICKS_PER_IMAGE = 10


def photographs(folder: Path, count: int) -> list[Path]:
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    return sorted(random.Random(1).sample(found, min(count, len(found))))


def propose(path: Path) -> tuple[float, float, int]:
    """Wall and CPU seconds from file to chosen regions, and how many candidates there were."""
    wall, cpu = time.perf_counter(), time.process_time()
    proposer = load_proposer(None)
    proposer.set_image(read(path))
    proposals = proposer.propose()
    choose(proposals)
    return time.perf_counter() - wall, time.process_time() - cpu, len(proposals)


def click(path: Path) -> list[float]:
    """Wall seconds of each of ten clicks on one image."""
    rgb = read(path)
    proposer = load_proposer(None)
    proposer.set_image(rgb)
    rng = random.Random(str(path.name))
    seconds = []
    for _ in range(CLICKS_PER_IMAGE):
        x, y = rng.randrange(rgb.shape[1]), rng.randrange(rgb.shape[0])
        start = time.perf_counter()
        proposer.segment([(x, y, True)])
        seconds.append(time.perf_counter() - start)
    return seconds


def report(title: str, seconds: Sequence[float]) -> str:
    p50, p95 = (float(np.percentile(seconds, share)) * 1000 for share in (50, 95))
    return f"{title:28} mean {np.mean(seconds) * 1000:6.1f} ms   p50 {p50:6.1f}   p95 {p95:6.1f}   n {len(seconds)}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.proposals", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--images", type=int, default=100)
    options = parser.parse_args()
    paths = photographs(options.folder, options.images)
    if not paths:
        raise SystemExit(f"error: no photographs in {options.folder}")
    propose(paths[0])  # loads the modules
    start = time.perf_counter()
    alone = [propose(path) for path in tqdm(paths, desc="one process")]
    rate = len(paths) / (time.perf_counter() - start)
    print(report("propose, wall", [wall for wall, _, _ in alone]))
    print(report("propose, CPU", [cpu for _, cpu, _ in alone]))
    print(f"one process   {rate:6.2f} images/s, {np.mean([count for _, _, count in alone]):.1f} candidates an image")
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(propose, paths[:2]))
        start = time.perf_counter()
        list(tqdm(pool.map(propose, paths), total=len(paths), desc="two processes"))
        print(f"two processes {len(paths) / (time.perf_counter() - start):6.2f} images/s")
    print(report("click after set_image", [second for path in paths[:20] for second in click(path)]))


if __name__ == "__main__":
    main()
