from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from annotation.models import Heartbeat
from annotation.queries.presence import ASKING, AWAY_AFTER, BEAT, QUEUES, away, row_of, seen

pytestmark = pytest.mark.django_db


def show(name: str, *, ago: timedelta = timedelta()) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": Now() - ago})


def show_all() -> None:
    for name in (BEAT, *map(row_of, QUEUES)):
        show(name)
    show(ASKING, ago=timedelta(days=1))


def test_where_the_clock_never_ticked_nobody_was_looked_for() -> None:
    show(row_of("gpu"))

    assert (seen(), away()) == ([], [])


def test_everybody_is_here() -> None:
    show_all()

    assert [(one.name, one.here) for one in seen()] == [(name, True) for name in (BEAT, *QUEUES)]
    assert away() == []


def test_one_that_was_not_seen_lately_or_never_is_away_and_since_when() -> None:
    show_all()
    show(row_of("gpu"), ago=AWAY_AFTER + timedelta(seconds=1))
    show(row_of("default"), ago=AWAY_AFTER - timedelta(seconds=5))
    Heartbeat.objects.filter(name=row_of("imports")).delete()

    assert [(one.name, one.seen_at is None) for one in away()] == [("imports", True), ("gpu", False)]
    assert [one.seen_at for one in away()][1] == Heartbeat.objects.get(name=row_of("gpu")).beat_at


def test_those_who_start_with_the_clock_are_given_time() -> None:
    show_all()
    Heartbeat.objects.filter(name=row_of("imports")).delete()
    show(row_of("gpu"), ago=timedelta(days=9))
    show(ASKING, ago=AWAY_AFTER - timedelta(seconds=5))
    assert away() == []

    show(ASKING, ago=AWAY_AFTER + timedelta(seconds=1))
    assert [one.name for one in away()] == ["imports", "gpu"]


def test_a_clock_that_is_gone_is_told_however_short_it_ran() -> None:
    show(BEAT, ago=AWAY_AFTER + timedelta(seconds=1))
    show(ASKING, ago=AWAY_AFTER + timedelta(seconds=2))
    assert [one.name for one in away()] == [BEAT]


def test_without_the_clock_nobody_knows_of_the_workers() -> None:
    show_all()
    for name in (BEAT, row_of("gpu")):
        show(name, ago=timedelta(hours=1))

    assert [one.name for one in away()] == [BEAT]


def test_it_is_one_question() -> None:
    show_all()

    with CaptureQueriesContext(
        connection,
    ) as asked:
        away()

    assert len(asked) == 1
