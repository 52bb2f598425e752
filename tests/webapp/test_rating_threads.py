"""Two at a time, in the order of coming; nobody waits for ever, and a place is always handed on."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Barrier, Event, current_thread

import pytest
from django.db import connection

from webapp import short_way
from webapp.api import even_timing
from webapp.rating_threads import AT_MOST, AT_WORK, RatingThreads, is_rating_thread, only_waiting

FOR_EVER = 60.0


@contextmanager
def rating(at_work: int = AT_WORK, patience: float = FOR_EVER) -> Iterator[RatingThreads]:
    threads = RatingThreads(at_work=at_work, patience=patience)
    try:
        yield threads
    finally:
        threads.shutdown()
    assert (threads._free, threads._working, len(threads._waiting)) == (at_work, set(), 0)


def test_all_work_in_the_order_in_which_they_came() -> None:
    order: list[int] = []
    held = Event()

    with rating(at_work=1) as threads:
        said = [threads.submit(held.wait, FOR_EVER), *(threads.submit(order.append, number) for number in range(8))]
        held.set()
        for one in said:
            one.result(FOR_EVER)

    assert order == list(range(8))


def test_two_are_at_work_and_take_two_threads() -> None:
    at_work: set[int] = set()
    both = Barrier(AT_WORK)

    def work(number: int) -> tuple[int, str]:
        at_work.add(number)
        both.wait(FOR_EVER)
        together = len(at_work)
        both.wait(FOR_EVER)
        at_work.remove(number)
        return together, current_thread().name

    with rating() as threads:
        said = [one.result(FOR_EVER) for one in [threads.submit(work, number) for number in range(8)]]

    assert {together for together, _ in said} == {AT_WORK}
    assert len({name for _, name in said}) == AT_WORK


def test_an_error_is_the_asker_s_and_the_place_is_free_again() -> None:
    with rating(at_work=1) as threads:
        broken = threads.submit(divmod, 1, 0)
        whole = threads.submit(divmod, 7, 2)

        assert isinstance(broken.exception(FOR_EVER), ZeroDivisionError)
        assert whole.result(FOR_EVER) == (3, 1)


def test_who_only_waits_lets_the_next_one_begin_once() -> None:
    go_on = Event()
    begun: list[str] = []

    def wait() -> None:
        only_waiting()
        only_waiting()
        go_on.wait(FOR_EVER)

    def work(name: str, seen: Event) -> None:
        begun.append(name)
        seen.set()
        go_on.wait(FOR_EVER)

    with rating(at_work=1) as threads:
        second = Event()
        said = [threads.submit(wait), threads.submit(work, "second", second), threads.submit(begun.append, "third")]
        assert second.wait(FOR_EVER)
        alone = list(begun)
        go_on.set()
        for one in said:
            one.result(FOR_EVER)

    assert (alone, begun) == (["second"], ["second", "third"])


def test_others_go_ahead_of_one_who_works_for_too_long() -> None:
    go_on = Event()

    with rating(at_work=1, patience=0.0) as threads:
        slow, quick = threads.submit(go_on.wait, FOR_EVER), threads.submit(divmod, 7, 2)
        while not quick.done():
            threads.hurry()
        early = slow.done()
        go_on.set()
        slow.result(FOR_EVER)

    assert (early, quick.result()) == (False, (3, 1))


def test_nobody_goes_ahead_of_one_who_has_just_begun() -> None:
    go_on = Event()

    with rating(at_work=1) as threads:
        slow, quick = threads.submit(go_on.wait, FOR_EVER), threads.submit(divmod, 7, 2)
        threads.hurry()
        early = threads._waiting[0].result is quick
        go_on.set()
        slow.result(FOR_EVER)
        quick.result(FOR_EVER)

    assert early


@pytest.mark.parametrize("patience", [0.0, 0.0005, FOR_EVER])
def test_every_place_is_handed_on_however_impatient_people_are(patience: float) -> None:
    def work(number: int) -> int:
        chance = random.Random(number)
        Event().wait(chance.random() / 1000)
        if chance.random() < 0.3:
            only_waiting()
            Event().wait(chance.random() / 1000)
        return number

    with rating(patience=patience) as threads:
        said = []
        for number in range(300):
            said.append(threads.submit(work, number))
            threads.hurry()
        done = [one.result(FOR_EVER) for one in said]
        started = len(threads._threads._threads)

    assert done == list(range(300))
    assert started <= AT_MOST


def test_each_of_them_knows_what_it_is() -> None:
    with rating() as threads:
        said = threads.submit(is_rating_thread).result(FOR_EVER)

    assert (said, is_rating_thread()) == (True, False)


def test_who_waits_for_the_beat_is_not_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    working: list[int] = []

    with rating() as threads:
        monkeypatch.setattr(even_timing, "pause", lambda seconds: working.append(len(threads._working)))
        threads.submit(even_timing.wait_for_beat, even_timing.now()).result(FOR_EVER)

    assert working == [0]


def test_waiting_elsewhere_changes_nothing() -> None:
    only_waiting()

    assert not is_rating_thread()


@pytest.mark.parametrize(("rating", "closed"), [(True, 0), (False, 1)])
def test_only_rating_threads_keep_their_connection(monkeypatch: pytest.MonkeyPatch, rating: bool, closed: int) -> None:
    closings: list[bool] = []
    monkeypatch.setattr(connection, "close", lambda: closings.append(True))
    monkeypatch.setattr(short_way, "is_rating_thread", lambda: rating)

    short_way.give_back_connection()

    assert len(closings) == closed
