"""Rows in few characters: their numbers mostly follow one another."""

from collections.abc import Iterable, Iterator
from itertools import groupby


def packed(numbers: Iterable[int]) -> str:
    """Runs of neighbours: how far each begins behind the end of the one before, and how many it has if not one."""
    runs, end = [], 0
    for _, places in groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in places]
        runs.append(str(run[0] - end) + (f"+{len(run)}" if len(run) > 1 else ""))
        end = run[-1]
    return ",".join(runs)


def unpacked(text: str) -> Iterator[int]:
    end = 0
    for run in filter(None, text.split(",")):
        gap, _, length = run.partition("+")
        first = end + int(gap)
        end = first + int(length or 1) - 1
        yield from range(first, end + 1)
