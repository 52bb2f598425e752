"""One database server for the whole run; pytest-django makes a test database in it for each worker."""

import gc
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import settings
from pytest_django import DjangoDbBlocker
from xdist.remote import Producer

from tests import cluster, template
from tests.emptying import empty_tables
from tests.sharing import Sharing, goes_with_others

GARBAGE = 50_000
"""Objects between two looks for garbage: libraries and tests make millions that stay, and each look counts them anew."""
SEED = 1


def pytest_configure(config: pytest.Config) -> None:
    gc.set_threshold(GARBAGE)
    TransactionTestCase._fixture_teardown = empty_tables
    settings.register_profile("ours", deadline=None, derandomize=True)  # neither a busy machine nor chance fails a test
    settings.load_profile("ours")
    if hasattr(config, "workerinput"):  # xdist's workers use the controller's server
        return
    cluster.choose_environment()
    resources = ExitStack()
    config.add_cleanup(resources.close)
    cluster.start(resources)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Sharing | None:
    return Sharing(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that go together begin, then the slow ones: none is left over for one worker when the others are done."""
    slow = {item.path for item in items if "slow" in item.keywords}
    items.sort(key=lambda item: (not goes_with_others(item.nodeid), item.path not in slow))


def pytest_collection_finish() -> None:
    gc.freeze()  # modules and tests stay to the end


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Networks, noise and language of a test are the same whatever ran before it: pytest-randomly knows nothing of torch, and a
    request leaves its language behind in the thread.
    """
    translation.deactivate()
    if torch := sys.modules.get("torch"):
        torch.default_generator.manual_seed(SEED)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        template.take_turn()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What a killed process or a pool's own thread left connected would keep the database from being dropped."""
    with django_db_blocker.unblock():
        template.leave_copy()
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    connection.close()
    connection.close_pool()
