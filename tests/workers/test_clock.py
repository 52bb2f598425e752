"""Beat's clock over months: nothing heaps up where a worker is away, and nothing strikes that is no more."""

from collections.abc import Iterator
from datetime import timedelta
from time import monotonic, time

import pytest
from celery import Celery
from django.db import OperationalError, connection
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask
from kombu.messaging import Producer

from annotation.models import Heartbeat
from workers.app import app
from workers.clock import MOST_WAITING, SLACK, Clock, beat, waiting
from workers.config import beat_schedule
from workers.tasks.prelabels import WORK_SECONDS

pytestmark = pytest.mark.django_db(transaction=True)  # the scheduler closes its connection


@pytest.fixture(autouse=True)
def tasks() -> None:
    app.loader.import_default_modules()


@pytest.fixture
def producer() -> Iterator[Producer]:
    """Over a broker in memory that nobody else uses."""
    with Celery("elsewhere", broker="memory://", set_as_current=False).connection_for_write() as connection:
        made = Producer(connection)
        made.channel.queue_purge("gpu") if waiting(made, "gpu") else None
        yield made


def every_week(task: str, **fields: object) -> PeriodicTask:
    interval = IntervalSchedule.objects.create(every=7, period=IntervalSchedule.DAYS)
    return PeriodicTask.objects.create(name=task, task=task, interval=interval, **fields)


def test_each_tick_outlives_what_clocks_may_differ_by_but_not_many_more() -> None:
    """As the scheduler sends it, which is what counts. Whoever stands behind a task that prelabels keeps its turn."""
    entries = Clock(app=app).schedule

    expire = {name: entries[name].options["expires"] for name in beat_schedule}
    every = {name: tick["schedule"] for name, tick in beat_schedule.items()}
    assert min(expire.values()) == 3 * SLACK.total_seconds()
    long = {name: expire[name] for name in expire if expire[name] > 10 * every[name]}
    assert long == dict.fromkeys(("proposals", "prelabels", "trainings", "evaluations"), WORK_SECONDS + 100)


def test_the_clock_says_that_it_ticks_while_every_worker_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = idle_clock()
    clock.asked_at = 0.0

    beats = []
    for seconds in (0.0, 5.0, 9.9, 10.0):
        tick(clock, seconds, monkeypatch)
        beats.append(Heartbeat.objects.get(name="beat").beat_at)

    assert beats[0] == beats[1] == beats[2] < beats[3]


def test_a_clock_that_was_ahead_for_a_while_does_not_stand_still_until_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a machine has it that wakes before it has asked for the time."""
    clock = Clock(app=app)
    monkeypatch.setattr(clock, "apply_entry", lambda entry, producer=None: None)
    clock.beat_at = clock.asked_at = monotonic()
    for entry in clock.schedule.values():
        entry.last_run_at = entry.model.last_run_at = timezone.now() + timedelta(days=1)
    clock.tick()
    stood_still = clock._heap[0].time - time()

    clock.beat_at = -100.0
    clock.tick()

    assert (stood_still > 80_000, clock._heap[0].time - time() < 10) == (True, True)
    assert max(entry.last_run_at for entry in clock.schedule.values()) <= timezone.now()


def idle_clock() -> Clock:
    """Nothing is due at its ticks."""
    clock = Clock(app=app, lazy=True)
    clock._heap, clock.old_schedulers = [], clock.schedule
    clock.beat_at = clock.looked_at = -100.0
    return clock


def tick(clock: Clock, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.clock.monotonic", lambda: seconds)
    clock.tick()


def test_the_clock_asks_now_and_then_which_workers_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float | None] = []
    clock = idle_clock()
    monkeypatch.setattr("workers.clock.note_workers", lambda app: asked.append(clock.asked_at))
    monkeypatch.setattr("workers.clock.note_start", lambda: asked.append(None))

    for seconds in (0.0, 10.0, 19.9, 20.0, 25.0):
        tick(clock, seconds, monkeypatch)

    assert asked == [None, 0.0, 20.0]


def test_who_changes_a_schedule_is_heard_within_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    every_week("elsewhere.other")
    clock = idle_clock()
    tick(clock, 0.0, monkeypatch)
    every_week("elsewhere.task")

    known = []
    for seconds in (0.9, 1.0):
        tick(clock, seconds, monkeypatch)
        known.append("elsewhere.task" in clock.schedule)

    assert known == [False, True]


def test_a_database_that_is_away_does_not_stop_the_clock(caplog: pytest.LogCaptureFixture) -> None:
    with connection.execute_wrapper(_away):
        beat()

    assert [record.getMessage() for record in caplog.records] == ["The beat could not be written: away"]
    assert not Heartbeat.objects.exists()


def _away(*_: object) -> None:
    raise OperationalError("away")


def test_where_nobody_takes_ticks_they_do_not_heap_up(producer: Producer) -> None:
    clock = Clock(app=app)
    entry = clock.schedule["prelabels"]

    sent = [clock.apply_async(entry, producer=producer, advance=False) for _ in range(MOST_WAITING + 5)]

    assert [one is not None for one in sent] == [True] * MOST_WAITING + [False] * 5
    assert waiting(producer, "gpu") == MOST_WAITING


def test_what_a_person_scheduled_is_sent_all_the_same(producer: Producer) -> None:
    every_week("workers.tasks.training.request_training_task", args='["gulls"]', queue="gpu")
    clock = Clock(app=app)
    for _ in range(MOST_WAITING):
        clock.apply_async(clock.schedule["prelabels"], producer=producer, advance=False)

    entry = clock.schedule["workers.tasks.training.request_training_task"]
    assert clock.apply_async(entry, producer=producer, advance=False) is not None
    assert waiting(producer, "gpu") == MOST_WAITING + 1


def test_what_was_due_while_the_platform_was_away_is_done_once() -> None:
    every_week("elsewhere.task", last_run_at=timezone.now() - timedelta(days=30))
    entry = Clock(app=app).schedule["elsewhere.task"]

    assert (entry.is_due().is_due, next(entry).is_due().is_due) == (True, False)


def test_an_empty_queue_has_nothing_waiting(producer: Producer) -> None:
    assert waiting(producer, "nobody-has-rung-here") == 0


def test_a_schedule_whose_task_is_no_more_is_switched_off(caplog: pytest.LogCaptureFixture) -> None:
    gone, theirs = every_week("workers.tasks.long.gone_task"), every_week("elsewhere.task")

    Clock(app=app)

    for row in (gone, theirs):
        row.refresh_from_db()
    assert (gone.enabled, theirs.enabled) == (False, True)
    assert PeriodicTask.objects.filter(name__in=beat_schedule, enabled=True).count() == len(beat_schedule)
    assert [record.getMessage() for record in caplog.records if record.name == "workers.clock"] == [
        "Schedules of tasks that are no more were switched off; see the periodic tasks in the admin."
    ]
