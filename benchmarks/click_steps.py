"""What a click costs, step by step: milliseconds of CPU time, median and largest.

    OMP_NUM_THREADS=1 python -m benchmarks.click_steps FOLDER [--images 4] [--clicks 5] [--megapixels 0 2 12 24]

No platform, no queue: the library alone, with the shipped model and the embedded proposer. A large photograph is
measured by several threads, so that on free cores it takes less time than this.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from annotation.masks import encode_mask
from benchmarks.clicks import enlarge
from benchmarks.proposals import photographs
from ml.images import read
from ml.judges import load_judge
from ml.judges.interview import interview
from ml.proposals import load_proposer
from ml.shipped import TINY

Steps = dict[str, list[float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--images", type=int, default=4)
    parser.add_argument("--clicks", type=int, default=5, help="in each image")
    parser.add_argument("--megapixels", type=float, default=[0.0, 2.0, 12.0, 24.0], nargs="+")
    options = parser.parse_args()
    paths = photographs(options.folder, options.images)
    models = load_proposer(None), load_judge(TINY)
    visit(paths[0], models, 1, defaultdict(list))  # the first look of a process is slow
    with tempfile.TemporaryDirectory() as folder:
        for megapixels in options.megapixels:
            steps: Steps = defaultdict(list)
            for path in paths:
                visit(sized(path, Path(folder), megapixels), models, options.clicks, steps)
            found = {name: [round(1000 * of(each)) for of in (statistics.median, max)] for name, each in steps.items()}
            print(json.dumps({"megapixels": megapixels, "images": len(paths)} | found), flush=True)


def sized(path: Path, folder: Path, megapixels: float) -> Path:
    if not megapixels:
        return path
    target = folder / "enlarged.jpg"
    enlarge(path, target, megapixels)
    return target


def visit(path: Path, models: Any, clicks: int, steps: Steps) -> None:
    proposer, judge = models
    chance = random.Random(path.name)
    with timed(steps, "decode"):
        rgb = read(path)
    with timed(steps, "proposer looks"):
        proposer.set_image(rgb)
    with timed(steps, "model looks"):
        judge.set_image(rgb)
    for _ in range(clicks):
        place = chance.randrange(rgb.shape[1]), chance.randrange(rgb.shape[0]), True
        with timed(steps, "a click"):
            with timed(steps, "its mask"):
                mask = proposer.segment([place]).mask
            with timed(steps, "its code"):
                encode_mask(mask)
            with timed(steps, "its numbers"):
                heard = interview(judge, mask)
            with timed(steps, "its sentences"):
                heard.sentences()


@contextmanager
def timed(steps: Steps, name: str) -> Iterator[None]:
    began = time.process_time()
    yield
    steps[name].append(time.process_time() - began)


if __name__ == "__main__":
    main()
