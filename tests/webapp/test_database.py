"""The web's connections to the database: lent from a pool, kept between requests."""

import pytest
from django.db import connection


def answer() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 42")
        (said,) = cursor.fetchone()
    connection.close()  # back to the pool, as at a request's end
    return int(said)


@pytest.mark.django_db(transaction=True)
def test_no_request_gets_a_connection_that_the_server_has_ended_since_the_last_one() -> None:
    answer()
    with connection._nodb_cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s",
            [connection.settings_dict["NAME"]],
        )
        ended = cursor.fetchall()

    assert set(ended) == {(True,)}
    assert answer() == 42
