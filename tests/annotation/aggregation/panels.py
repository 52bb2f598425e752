"""Small panels whose statistics are known: the vectors of the reference on subjective scores. A dot is a missing vote."""

import numpy as np

from annotation.aggregation.ballots import Ballots

V = """
4 4 3 . 4 . . 1 | 3 . 3 4 . 4 . 0 | . 2 2 2 . 3 2 . | 1 1 . 0 1 . . 4
0 . 0 . 1 1 0 . | . 3 . 3 3 4 . 3 | 2 . 2 . 2 . 1 0 | . 1 . 1 . 2 1 4
4 . 4 3 . 4 3 . | . 0 1 . 0 1 . 2 | 3 2 . . 3 . 2 2 | . . 2 1 1 . 1 3
"""
"""12 regions, 8 annotators, 5 votes each; annotator 5 is lenient, 7 erratic."""

KRIPPENDORFF = """
1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 .
"""
B = """
4 3 . 0 2 . 1 .
4 . 2 1 . 3 1 0
3 3 2 . 2 4 . 0
. 2 1 0 3 . 2 1
4 . 2 0 . 3 . 0
. 4 . . 2 3 0 .
"""
SHROUT = """
9 2 5 8
6 1 3 2
8 4 6 8
7 1 2 6
10 5 6 9
6 2 4 7
"""
FLEISS = """
0 0 0 0 14 / 0 2 6 4 2 / 0 0 3 5 6 / 0 3 9 2 0 / 2 2 8 1 1
7 7 0 0 0 / 3 2 6 3 0 / 2 5 3 2 2 / 6 5 2 1 0 / 0 2 2 3 7
"""
D = "111.10 11.110 00001. 00.111 1.1110 0010.1 .00011 1111.0 010.11 1010.."
"""1 says non-existent; the fifth annotator always does, the sixth is contrary."""


def by_region(text: str) -> Ballots:
    """A row for each region, parted by lines or bars."""
    return ballots([row.split() for row in text.replace("|", "\n").strip().splitlines()])


def by_annotator(text: str) -> Ballots:
    rows = [row.split() for row in text.strip().splitlines()]
    return ballots([list(column) for column in zip(*rows, strict=True)])


def ballots(rows: list[list[str]]) -> Ballots:
    votes = [
        (region, annotator, float(level))
        for region, row in enumerate(rows)
        for annotator, level in enumerate(row)
        if level != "."
    ]
    numbered = [
        np.unique(names, return_inverse=True) for names in ([vote[0] for vote in votes], [vote[1] for vote in votes])
    ]
    (regions, region), (annotators, annotator) = numbered
    return Ballots(region, annotator, np.array([vote[2] for vote in votes]), len(regions), len(annotators))


def contrary() -> Ballots:
    return ballots([list(row) for row in D.split()])


def fleiss_counts() -> np.ndarray:
    return np.array([[int(cell) for cell in row.split()] for row in FLEISS.replace("/", "\n").strip().splitlines()])
