"""`python -m ml.synthesis.build OUT`: distorted pictures with labelled regions, as many as wanted.

Started again after it was stopped or killed, it goes on where it was.
"""

import argparse
import json
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from time import monotonic

from tqdm import tqdm

from ml.images import ImageError
from ml.synthesis.labels import Yardstick
from ml.synthesis.order import Order
from ml.synthesis.originals import PhotographError
from ml.synthesis.raw import RawError
from ml.synthesis.references import NoPhotographError
from ml.synthesis.shards import BuildError, build_shard, missing, start, write_index

SECONDS_PER_INDEX = 5.0
"""The index says what is finished; which shards are there says it, too, so that it may lag behind."""


def build(folder: Path, order: Order, *, workers: int = 1, part: tuple[int, int] = (0, 1)) -> None:
    """Writes what is missing of `order`; of several jobs that share the folder, job i of n does every n-th shard.

    Raises BuildError when the folder belongs to another order, NoPhotographError when there is nothing to build from and
    PhotographError when some of it cannot be read or has changed, before anything is built.
    """
    start(folder, order, workers)
    mine, jobs = part
    wanted = [shard for shard in missing(folder, order) if shard % jobs == mine]
    written = monotonic()
    try:
        for _ in tqdm(_built(folder, order, wanted, workers), total=len(wanted), desc="shards", unit="shard"):
            if monotonic() - written > SECONDS_PER_INDEX:
                write_index(folder, order)
                written = monotonic()
    finally:
        write_index(folder, order)


def _built(folder: Path, order: Order, shards: Sequence[int], workers: int) -> Iterator[int]:
    """The shards as they are finished."""
    if workers == 1:
        for shard in shards:
            build_shard(folder, order, shard)
            yield shard
        return
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # numpy's own threads would fight over the cores
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        begun = {pool.submit(build_shard, folder, order, shard): shard for shard in shards}
        for finished in as_completed(begun):
            finished.result()
            yield begun[finished]


def _part(text: str) -> tuple[int, int]:
    mine, jobs = (int(number) for number in text.split("/"))
    if not 0 <= mine < jobs:
        raise argparse.ArgumentTypeError(f"{text}: give i/n with i from 0 to n - 1")
    return mine, jobs


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in text.split(",") if name)


def _yardstick(path: str) -> Yardstick:
    values = json.loads(Path(path).read_text(encoding="utf-8"))
    return Yardstick(values["metric"], values["scale"], values["power"], tuple(values["importances"]))


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ml.synthesis.build", description=__doc__)
    parser.add_argument("out", type=Path, metavar="OUT", help="folder to fill")
    parser.add_argument(
        "--photos",
        nargs="+",
        default=(),
        metavar="DIR",
        help="folders of photographs (default: those in installed packages)",
    )
    parser.add_argument("--installed", action="store_true", help="those in installed packages beside the folders'")
    parser.add_argument("--images", type=int, default=3600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--side", type=int, default=512, help="longest side of a picture (default 512)")
    parser.add_argument("--variants", type=int, default=6, help="distorted pictures of one view (default 6)")
    parser.add_argument("--regions", type=int, default=6, help="regions of a view (default 6)")
    parser.add_argument("--partial", type=float, default=0.3, help="share of pictures distorted in one place only")
    parser.add_argument(
        "--procedural", type=float, default=0.15, help="share of views that are made by rule, train only"
    )
    parser.add_argument(
        "--test-sources", type=_names, default=None, metavar="A,B,C", help="photographs kept for the test"
    )
    parser.add_argument(
        "--yardstick", type=_yardstick, default=Yardstick(), metavar="JSON", help="another metric and its calibration"
    )
    parser.add_argument(
        "--views-per-shard", type=int, default=8, help="what a killed worker makes again at most (default 8)"
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--shard", type=_part, default=(0, 1), metavar="I/N", help="this job's part, 0/4 to 3/4 of four"
    )
    return parser.parse_args(arguments)


def order_of(given: argparse.Namespace) -> Order:
    return Order(
        images=given.images,
        seed=given.seed,
        side=given.side,
        variants=given.variants,
        regions=given.regions,
        partial=given.partial,
        procedural=given.procedural,
        photos=tuple(given.photos),
        installed=given.installed,
        test_sources=given.test_sources,
        views_per_shard=given.views_per_shard,
        yardstick=given.yardstick,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    given = options(arguments)
    try:
        build(given.out, order_of(given), workers=given.workers, part=given.shard)
    except (BuildError, ImageError, NoPhotographError, PhotographError, RawError) as error:
        raise SystemExit(f"error: {error}") from error
    print(given.out / "index.json")


if __name__ == "__main__":
    main()
