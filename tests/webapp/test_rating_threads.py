from threading import Barrier

import pytest
from django.db import connection

from webapp import short_way
from webapp.rating_threads import RATING_THREADS, is_rating_thread, rating_threads


def test_each_of_them_knows_what_it_is() -> None:
    all_at_work = Barrier(RATING_THREADS)

    def ask() -> bool:
        all_at_work.wait(timeout=30)
        return is_rating_thread()

    with rating_threads() as threads:
        said = [threads.submit(ask) for _ in range(RATING_THREADS)]

    assert [one.result() for one in said] == [True] * RATING_THREADS
    assert is_rating_thread() is False


@pytest.mark.parametrize(("rating", "closed"), [(True, 0), (False, 1)])
def test_only_rating_threads_keep_their_connection(monkeypatch: pytest.MonkeyPatch, rating: bool, closed: int) -> None:
    closings: list[bool] = []
    monkeypatch.setattr(connection, "close", lambda: closings.append(True))
    monkeypatch.setattr(short_way, "is_rating_thread", lambda: rating)

    short_way.give_back_connection()

    assert len(closings) == closed
