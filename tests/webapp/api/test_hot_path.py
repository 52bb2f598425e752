"""What a vote costs the database: this many statements."""

from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from annotation.models import AccessToken
from tests.factories import make_member, make_region, make_study
from tests.webapp.api.client import ballot, program

pytestmark = pytest.mark.django_db


class Heard:
    """The statements of a block; not those that make a transaction."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if "SAVEPOINT" not in sql:
            self.statements.append(sql)
        return execute(sql, params, many, context)


@contextmanager
def heard() -> Any:
    listener = Heard()
    with connection.execute_wrapper(listener):
        yield listener.statements


def test_a_lease_makes_four_statements_and_a_vote_five() -> None:
    study = make_study()
    for _ in range(3):
        make_region(study)
    api = program(make_member(study))
    AccessToken.objects.update(last_used_at="2100-01-01T00:00Z")  # its use is noted once a minute

    with heard() as lease:
        seat = api.post(f"studies/{study.slug}/assignments").json()["assignment"]
    with heard() as vote:
        cast = api.post("votes", ballot(seat["lease"]))

    assert cast.status_code == 201
    assert (len(lease), len(vote)) == (4, 5)
