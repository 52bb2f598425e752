import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings

from tests.webapp.redis_server import redis_at
from webapp import doorbell

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def socket(tmp_path: Path) -> Iterator[Path]:
    socket = tmp_path / "redis.sock"
    doorbell.bell.cache_clear()
    with override_settings(BROKER_URL=f"redis+socket://{socket}"):
        yield socket
    doorbell.bell.cache_clear()


def test_a_ring_reaches_the_worker_s_queue_after_the_transaction(socket: Path) -> None:
    with redis_at(socket) as redis:
        with transaction.atomic():
            doorbell.ring_sketches()
            before = redis.llen("interactive")
        doorbell.ring_imports()
        doorbell.ring_exports()

        assert (before, *(redis.llen(queue) for queue in ("interactive", "imports", "default"))) == (0, 1, 1, 1)
        assert b'"task": "workers.tasks.sketches.answer_sketches_task"' in redis.lindex("interactive", 0)


def test_a_broker_that_is_away_is_logged_and_otherwise_ignored(socket: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "webapp.doorbell"):
        doorbell.ring_exports()

    assert [record.args[0] for record in caplog.records if record.name == "webapp.doorbell"] == [
        "exports.run_exports_task"
    ]
