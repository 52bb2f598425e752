from datetime import timedelta

import pytest
from django.conf import Settings
from django.utils import timezone

from annotation.actions.deliveries import DEAD_AFTER
from annotation.enums import DeliveryState, HookEvent
from annotation.models import Delivery
from tests.annotation.exchange.hooks.receiver import HOST, receiving
from tests.annotation.hooks import make_delivery, make_hook, told
from tests.copies import worker
from tests.factories import cast, make_member, make_region, make_study
from tests.workers.test_killed_workers import PATIENCE_SECONDS, wait_for
from workers.tasks.hooks import send_deliveries_task, tell_alarms_task, tell_summaries_task
from workers.tasks.tidying import tidy_task


@pytest.mark.django_db
def test_from_a_vote_to_the_receiver(settings: Settings) -> None:
    settings.WEBHOOK_HOSTS = [HOST]
    study = make_study(slug="gulls", votes_wanted=1)
    with receiving() as receiver:
        make_hook(study, HookEvent.REGIONS_SETTLED, HookEvent.STUDY_FINISHED, address=receiver.address())
        cast(make_region(study), make_member(study))

        counts = tell_summaries_task(), tell_alarms_task(), send_deliveries_task(), send_deliveries_task()

    assert counts == (2, 0, 2, 0)
    assert [got.body.decode() for got in receiver.got] == list(
        Delivery.objects.order_by("pk").values_list("body", flat=True)
    )
    assert [body["event"] for body in told()] == ["regions_settled", "study_finished"]


@pytest.mark.django_db
def test_old_deliveries_are_tidied_away() -> None:
    make_delivery(make_hook(make_study()), created_at=timezone.now() - timedelta(days=31))

    assert (tidy_task(), Delivery.objects.count()) == (1, 0)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_it_sends_loses_nothing_and_the_receiver_knows_it_by_its_key() -> None:
    """It was received and not noted: the next worker sends the same again, under the same key."""
    with receiving() as receiver:
        delivery = make_delivery(make_hook(make_study(), address=receiver.address()))
        receiver.gate.clear()
        with worker("sender", HOST) as process:
            wait_for(lambda: len(receiver.got) == 1, process)
        receiver.gate.set()
        held = Delivery.objects.get()
        with worker("sender", HOST) as early:
            early.wait(timeout=PATIENCE_SECONDS)
        assert (held.state, held.tries, len(receiver.got)) == (DeliveryState.WAITING, 1, 1)
        Delivery.objects.update(claimed_at=timezone.now() - DEAD_AFTER - timedelta(seconds=1))

        with worker("sender", HOST) as process:
            process.wait(timeout=PATIENCE_SECONDS)

    row = Delivery.objects.get()
    assert (row.state, row.tries, row.status) == (DeliveryState.DELIVERED, 2, 204)
    assert [got.headers["webhook-id"] for got in receiver.got] == [str(delivery.key)] * 2
    assert receiver.got[0].body == receiver.got[1].body
