import threading
import time

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import TransactionTestCase

from annotation.models import Study, User, Vote
from tests import emptying
from tests.emptying import empty_tables
from tests.factories import cast, make_image, make_member, make_region, make_study


@pytest.mark.django_db(transaction=True)
def test_rows_that_triggers_keep_go_too_and_django_s_own_stay() -> None:
    study = make_study(votes_wanted=1)
    cast(make_region(study, make_image(study)), make_member(study))
    own = [Permission.objects.count(), ContentType.objects.count()]

    empty_tables(TransactionTestCase())

    assert [model._default_manager.count() for model in (Vote, Study, User)] == [0, 0, 0]
    assert [Permission.objects.count(), ContentType.objects.count()] == own
    assert min(own) > 0


@pytest.mark.django_db(transaction=True)
def test_who_still_writes_may_take_one_table_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """They hold the last, and the tables are locked from the first on."""
    make_study()
    writes, waited_for = threading.Event(), threading.Event()
    renamed: list[int] = []

    def write() -> None:
        with transaction.atomic():
            Vote.objects.update(late=True)
            writes.set()
            waited_for.wait(60)
            renamed.append(Study.objects.update(name="Renamed"))
        connection.close()

    def pause(seconds: float) -> None:
        waited_for.set()
        time.sleep(seconds)

    monkeypatch.setattr(emptying, "sleep", pause)
    writer = threading.Thread(target=write)
    writer.start()
    assert writes.wait(60)

    empty_tables(TransactionTestCase())

    writer.join()
    assert (renamed, Study.objects.count()) == ([1], 0)
