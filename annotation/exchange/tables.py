"""A CSV as people and their programs write it."""

import csv
from itertools import chain
from typing import IO


def table(file: IO[str]) -> "csv.DictReader[str]":
    """Rows by the names of the heading, whatever of comma, semicolon and tab stands between its columns.

    Reading on raises csv.Error for a quote that is never closed, which would hide the lines below it.
    """
    heading = file.readline()
    between = next((mark for mark in ",;\t" if mark in heading), ",")
    return csv.DictReader(chain([heading], file), delimiter=between, strict=True)
