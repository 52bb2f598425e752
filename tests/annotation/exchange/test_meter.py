from itertools import pairwise

import pytest

from annotation.exchange.meter import ROWS_BETWEEN, Meter


def test_it_tells_before_more_than_the_limit_has_gone_by_unsaid() -> None:
    told: list[tuple[int, int]] = []
    meter = Meter(lambda done, total: told.append((done, total)), 4000)

    for _ in range(500):
        meter.add(8)
    meter.tell()

    steps = [after - before for (before, _), (after, _) in pairwise(told)]
    assert (told[0][0] <= ROWS_BETWEEN, max(steps) <= ROWS_BETWEEN) == (True, True)
    assert told[-1] == (4000, 4000)
    assert len(told) == 4


def test_it_tells_of_work_without_rows_every_few_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    clock = iter([0.0, 1.0, 6.0, 6.0, 7.0])
    monkeypatch.setattr("annotation.exchange.meter.time.monotonic", lambda: next(clock))
    meter = Meter(lambda done, total: told.append(done), 10)

    for _ in range(3):
        meter.tick()

    assert told == [0]


def test_the_total_is_never_less_than_what_is_done() -> None:
    told: list[tuple[int, int]] = []
    meter = Meter(lambda done, total: told.append((done, total)), 1)

    meter.add(5)
    meter.tell()

    assert told == [(5, 5)]
