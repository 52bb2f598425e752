"""What goes straight to libpq does what a cursor would have done."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DataError, IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from psycopg.pq import TransactionStatus

from annotation.models import Study
from annotation.queries.statements import Statement, as_array, commit
from tests.factories import make_study

pytestmark = pytest.mark.django_db

KEY = UUID("00000000-0000-4000-8000-000000000001")
MOMENT = datetime(2026, 2, 3, 4, 5, 6, 7, tzinfo=UTC)
ONE = Statement("SELECT %(number)s::int AS said WHERE %(number)s::int > 0")
RENAME = Statement("UPDATE annotation_study SET name = %(name)s WHERE id = %(pk)s")
COPY = Statement("INSERT INTO annotation_study SELECT * FROM annotation_study WHERE id = %(pk)s")


def by_cursor(statement: Statement, values: dict[str, object]) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement._text, values)
        return cursor.fetchall()


def test_values_come_back_as_a_cursor_would_give_them() -> None:
    statement = Statement(
        "SELECT %(whole)s::bigint, %(share)s::float8, %(text)s::text, %(yes)s::boolean, %(none)s::int, %(key)s::uuid,"
        " %(moment)s::timestamptz, %(text)s::text || '%%', %(many)s::bigint[], now() = statement_timestamp()"
    )
    values = {"whole": -(2**40), "share": 0.1, "text": "Ärger “%s” ' \\ 漢\n", "yes": True, "none": None}
    values |= {"key": KEY, "moment": MOMENT, "many": as_array([3, 1, 2])}

    row = statement.row(values)

    assert row is not None
    assert row[:7] == (-(2**40), 0.1, values["text"], True, None, KEY, MOMENT)
    assert row[7:9] == (f"{values['text']}%", [3, 1, 2])
    assert [row] == by_cursor(statement, values)


def test_no_row_is_none_and_no_rows_is_an_empty_list() -> None:
    assert (ONE.row({"number": 1}), ONE.row({"number": 0})) == ((1,), None)
    assert (ONE.rows({"number": 1}), ONE.rows({"number": -1})) == ([(1,)], [])
    assert RENAME.rows({"name": "New", "pk": 0}) == []


def test_a_text_is_never_cut_short() -> None:
    study = make_study()

    with pytest.raises(DataError, match="NUL"):
        RENAME.rows({"name": "Birds\0 and bees", "pk": study.pk})

    assert Study.objects.get().name == study.name


def test_what_it_writes_belongs_to_the_transaction_around_it() -> None:
    study = make_study()

    with transaction.atomic():
        RENAME.rows({"name": "Undone", "pk": study.pk})
        transaction.set_rollback(True)

    assert Study.objects.get().name == study.name


@pytest.mark.django_db(transaction=True)
def test_a_transaction_begins_with_it_and_the_statement_outlives_a_rollback() -> None:
    study = make_study()

    for name in ("One", "Two"):
        with transaction.atomic():
            RENAME.rows({"name": name, "pk": study.pk})
            assert Study.objects.get().name == name
            transaction.set_rollback(True)
    with transaction.atomic():
        RENAME.rows({"name": "Three", "pk": study.pk})

    assert Study.objects.get().name == "Three"


@pytest.mark.django_db(transaction=True)
def test_a_commit_ends_the_outermost_transaction_alone() -> None:
    study = make_study()

    with transaction.atomic():
        with transaction.atomic():
            RENAME.rows({"name": "Inner", "pk": study.pk})
            commit()
        assert connection.connection.info.transaction_status == TransactionStatus.INTRANS
        transaction.set_rollback(True)
    assert Study.objects.get().name == study.name

    with transaction.atomic():
        RENAME.rows({"name": "Outer", "pk": study.pk})
        commit()
        assert connection.connection.info.transaction_status == TransactionStatus.IDLE
    assert Study.objects.get().name == "Outer"


@pytest.mark.django_db(transaction=True)
def test_what_is_checked_at_the_end_is_checked_by_a_commit() -> None:
    study = make_study()

    def write() -> None:
        with transaction.atomic():
            Statement("UPDATE annotation_study SET active_version_id = 0 WHERE id = %(pk)s").rows({"pk": study.pk})
            commit()

    with pytest.raises(IntegrityError, match="active_version_id"):
        write()
    assert Study.objects.get().active_version_id == study.active_version_id


@pytest.mark.django_db(transaction=True)
def test_every_connection_gets_to_know_it() -> None:
    assert ONE.row({"number": 1}) == (1,)
    connection.close()
    assert ONE.row({"number": 2}) == (2,)


def test_an_error_is_django_s_own_and_names_the_constraint() -> None:
    study = make_study()

    with pytest.raises(IntegrityError, match="annotation_study_pkey"), transaction.atomic():
        COPY.rows({"pk": study.pk})
    with pytest.raises(ProgrammingError, match="nowhere"), transaction.atomic():
        Statement("SELECT * FROM nowhere").rows({})

    assert ONE.row({"number": 1}) == (1,)


def test_in_a_transaction_to_be_rolled_back_it_is_refused_as_any_other() -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(transaction.TransactionManagementError):
            ONE.rows({"number": 1})


def test_somebody_who_listens_hears_it() -> None:
    with CaptureQueriesContext(connection) as heard:
        assert ONE.rows({"number": 1}) == [(1,)]

    assert len(heard.captured_queries) == 1


def test_a_driver_that_keeps_plans_of_its_own_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    monkeypatch.setattr(connection.connection, "prepare_threshold", 3)
    monkeypatch.delitem(vars(connection.connection), "gullery_line", raising=False)

    with pytest.raises(ImproperlyConfigured, match="prepare_threshold"):
        ONE.rows({"number": 1})
