"""One at a time, in the order of coming; nobody waits for ever, and a turn always ends."""

import random
from threading import Event, Thread

import pytest

from annotation.actions import votes
from annotation.queries.statements import commit
from tests.factories import make_member, make_region, make_study
from tests.webapp.api.client import ballot, program
from webapp import access
from webapp.api.in_turn import LINE, Line

FOR_EVER = 60.0


def came(line: Line) -> int:
    """How many wait."""
    return len(line._waiting)


def wait_until_waiting(line: Line, count: int) -> None:
    while came(line) < count:
        Event().wait(0.001)


def test_requests_work_one_at_a_time_in_the_order_in_which_they_came() -> None:
    line, order, together = Line(FOR_EVER), [], []
    at_work: set[int] = set()

    def work(number: int) -> None:
        with line.turn():
            at_work.add(number)
            together.append(len(at_work))
            order.append(number)
            at_work.remove(number)

    threads = [Thread(target=work, args=(number,)) for number in range(8)]
    with line.turn():
        for number, thread in enumerate(threads):
            thread.start()
            wait_until_waiting(line, number + 1)
        assert order == []
    for thread in threads:
        thread.join()

    assert (order, set(together)) == (list(range(8)), {1})


def test_who_has_waited_long_goes_ahead_and_the_line_stays_whole() -> None:
    line, done = Line(patience=0.01), Event()

    def work() -> None:
        with line.turn():
            done.set()

    with line.turn():
        thread = Thread(target=work)
        thread.start()
        assert done.wait(FOR_EVER)
        thread.join()
        assert (line._busy, came(line)) == (True, 0)

    assert (line._busy, came(line)) == (False, 0)


def test_a_turn_ends_with_an_error_too() -> None:
    line = Line(FOR_EVER)

    with pytest.raises(ZeroDivisionError), line.turn():
        raise ZeroDivisionError

    with line.turn():
        assert line._busy
    assert not line._busy


def test_who_ends_their_turn_early_lets_the_next_one_begin_once() -> None:
    line, begun, go_on = Line(FOR_EVER), Event(), Event()

    def work() -> None:
        with line.turn():
            begun.set()
            go_on.wait(FOR_EVER)

    with line.turn() as turn:
        thread = Thread(target=work)
        thread.start()
        wait_until_waiting(line, 1)
        turn.end()
        assert begun.wait(FOR_EVER)
        turn.end()
    assert (line._busy, came(line)) == (True, 0)
    go_on.set()
    thread.join()

    assert (line._busy, came(line)) == (False, 0)


@pytest.mark.django_db(transaction=True)
def test_a_lease_and_a_vote_wait_for_the_disk_when_their_turn_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    study = make_study()
    make_region(study)
    api = program(make_member(study))
    busy: list[bool] = []

    def commit_and_tell() -> None:
        busy.append(LINE._busy)
        commit()

    monkeypatch.setattr(access, "commit", commit_and_tell)
    monkeypatch.setattr(votes, "commit", commit_and_tell)
    seat = api.post(f"studies/{study.slug}/assignments").json()["assignment"]
    cast = api.post("votes", ballot(seat["lease"]))

    assert (cast.status_code, busy) == (201, [False, False])


@pytest.mark.parametrize("patience", [0.0, 0.0005, FOR_EVER])
def test_every_turn_is_handed_on_however_impatient_people_are(patience: float) -> None:
    line, served = Line(patience), []

    def work(number: int) -> None:
        chance = random.Random(number)
        for _ in range(50):
            with line.turn():
                Event().wait(chance.random() / 1000)
            served.append(number)

    threads = [Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(served), line._busy, came(line)) == (300, False, 0)
