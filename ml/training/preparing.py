"""Images are decoded and measured on all cores before the first step: training itself waits for nothing then."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Final

from tqdm import tqdm

from ml.training.pictures import Pictures

AT_ONCE: Final = 16
"""Images of one task, so that the bar moves."""
FEW: Final = 200
"""Images that are ready before a process beside this one would have started."""


def fill_cache(pictures: Pictures) -> None:
    """Every image's file in the cache of `pictures`; those that are there already cost nothing. Raises as `prepare`.

    Without a cache there is nothing to fill: what several processes decoded would be decoded again.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    missing = [image for image in range(len(pictures.images)) if not pictures.is_filled(image)]
    if pictures.cache is None or cores == 1 or len(missing) < FEW:
        return
    alone = Pictures(pictures.images, pictures.config, pictures.cache)  # without the encoder: it would be copied
    tasks = [missing[begin : begin + AT_ONCE] for begin in range(0, len(missing), AT_ONCE)]
    with (
        ProcessPoolExecutor(cores, multiprocessing.get_context("spawn"), _settle, (alone,)) as pool,
        tqdm(total=len(missing), desc="preparing images") as bar,
    ):
        for finished in as_completed([pool.submit(_fill, task) for task in tasks]):
            bar.update(finished.result())


_pictures: Pictures | None = None


def _settle(pictures: Pictures) -> None:
    """A process beside others computes with one thread."""
    import torch  # slow import

    global _pictures  # noqa: PLW0603 - a process's own, sent once and not with every task
    torch.set_num_threads(1)
    _pictures = pictures


def _fill(images: list[int]) -> int:
    if _pictures is None:
        raise RuntimeError("this process was not settled")
    return _pictures.fill(images)
