import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import Settings
from django.utils import timezone

from annotation.actions.deliveries import (
    AT_ONCE,
    DEAD_AFTER,
    REST,
    claim_deliveries,
    forget_deliveries,
    pause_after,
    redeliver,
    send_due,
    take_answer,
)
from annotation.actions.webhooks import renew_secret, send_test
from annotation.enums import DeliveryState
from annotation.errors import Conflict
from annotation.exchange.hooks.post import Answer
from annotation.exchange.hooks.signing import headers_for
from annotation.models import Delivery, Study, Webhook
from tests.annotation.exchange.hooks.receiver import HOST, Receiver, receiving
from tests.annotation.hooks import make_delivery, make_hook
from tests.factories import make_study

pytestmark = pytest.mark.django_db
WELL, BAD = Answer(200), Answer(500, text="Sorry.")


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOK_HOSTS = [HOST]
    with receiving() as one:
        yield one


@pytest.fixture
def study() -> Study:
    return make_study(slug="gulls")


@pytest.fixture
def hook(study: Study) -> Webhook:
    return make_hook(study)


def fresh(delivery: Delivery) -> Delivery:
    return Delivery.objects.get(pk=delivery.pk)


def later(**passed: float) -> None:
    """So much time has passed for all that waits."""
    for row in Delivery.objects.all():
        times = {name: getattr(row, name) for name in ("due_at", "give_up_at", "claimed_at")}
        moved = {name: at and at - timedelta(**passed) for name, at in times.items()}
        Delivery.objects.filter(pk=row.pk).update(**moved)


def test_a_delivery_arrives_signed(receiver: Receiver, study: Study) -> None:
    webhook = make_hook(study, address=receiver.address())
    delivery = send_test(webhook=webhook)

    assert (send_due(seconds=5), send_due(seconds=5)) == (1, 0)

    row, got = fresh(delivery), receiver.got[0]
    assert (row.state, row.tries, row.status, row.claimed_at) == (DeliveryState.DELIVERED, 1, 204, None)
    assert got.body.decode() == row.body
    assert json.loads(got.body)["event"] == "test"
    sent_at = datetime.fromtimestamp(int(got.headers["webhook-timestamp"]), tz=UTC)
    expected = headers_for(salt=webhook.salt, key=str(row.key), at=sent_at, body=got.body)
    assert {name: got.headers[name] for name in expected} == expected
    assert timezone.now() - sent_at < timedelta(hours=1)


def test_a_refusal_is_tried_again_with_the_same_words_and_another_time(receiver: Receiver, study: Study) -> None:
    receiver.answers = [500, 302, 200]
    delivery = send_test(webhook=make_hook(study, address=receiver.address()))

    states = []
    for _ in range(3):
        send_due(seconds=5)
        row = fresh(delivery)
        states.append((row.state, row.tries, row.status))
        later(hours=1)

    assert states == [("waiting", 1, 500), ("waiting", 2, 302), ("delivered", 3, 200)]
    assert len({(got.body, got.headers["webhook-id"]) for got in receiver.got}) == 1


def test_a_new_secret_signs_what_waits(receiver: Receiver, study: Study) -> None:
    webhook = make_hook(study, address=receiver.address())
    send_test(webhook=webhook)
    renew_secret(webhook=webhook, by=None)

    send_due(seconds=5)

    webhook.refresh_from_db()
    got = receiver.got[0]
    at = datetime.fromtimestamp(int(got.headers["webhook-timestamp"]), tz=UTC)
    key = got.headers["webhook-id"]
    signed = headers_for(salt=webhook.salt, key=key, at=at, body=got.body)["webhook-signature"]
    assert got.headers["webhook-signature"] == signed


def test_a_host_that_is_no_longer_allowed_is_not_sent_to(receiver: Receiver, study: Study, settings: Settings) -> None:
    delivery = send_test(webhook=make_hook(study, address=receiver.address()))
    settings.WEBHOOK_HOSTS = []

    send_due(seconds=5)

    row = fresh(delivery)
    assert (row.state, row.status, receiver.got) == (DeliveryState.WAITING, None, [])
    assert (
        row.reason == "The address must begin with https://; http is for hosts that the operator allows, not 127.0.0.1."
    )


def test_pauses_grow_to_an_hour() -> None:
    assert [pause_after(tries).total_seconds() for tries in (1, 2, 3, 7, 8, 30)] == [30, 60, 120, 1920, 3600, 3600]


def test_after_a_day_it_has_failed(hook: Webhook) -> None:
    delivery = make_delivery(hook)
    tries = 0
    while fresh(delivery).state == DeliveryState.WAITING:
        (claimed,) = claim_deliveries()
        take_answer(delivery=claimed, answer=BAD)
        tries += 1
        later(seconds=pause_after(tries).total_seconds())

    row = fresh(delivery)
    assert (row.state, row.status, row.answer, row.tries) == (DeliveryState.FAILED, 500, "Sorry.", tries)
    assert tries == 30  # 0, 30 s, 90 s ... an hour each


def test_a_receiver_that_is_away_is_left_alone_for_a_minute_and_no_other_waits_for_it(study: Study) -> None:
    away, other = make_hook(study), make_hook(study, address="https://other.example.org")
    first, second = make_delivery(away), make_delivery(away)
    elsewhere = make_delivery(other)
    claimed = claim_deliveries()
    assert [one.pk for one in claimed] == [first.pk, elsewhere.pk]

    take_answer(delivery=claimed[0], answer=Answer(None, reason="The connection failed."))
    take_answer(delivery=claimed[1], answer=WELL)

    assert claim_deliveries() == []
    assert fresh(second).due_at - timezone.now() > REST - timedelta(seconds=30)
    later(seconds=REST.total_seconds())
    assert [one.pk for one in claim_deliveries()] == [first.pk]


def test_one_of_each_webhook_at_a_time_and_not_more_than_there_is_room(study: Study) -> None:
    hooks = [make_hook(study, address=f"https://a.example/{number}") for number in range(AT_ONCE + 2)]
    for hook in hooks * 2:
        make_delivery(hook)

    assert {one.webhook_id for one in claim_deliveries()} == {hook.pk for hook in hooks[:AT_ONCE]}


def test_silent_webhooks_are_sent_nothing_until_they_go_on(hook: Webhook) -> None:
    delivery = make_delivery(hook)
    Webhook.objects.update(active=False)
    assert claim_deliveries() == []
    Webhook.objects.update(active=True)
    assert claim_deliveries() == [delivery]


def test_what_a_dead_worker_held_is_sent_by_the_next(hook: Webhook) -> None:
    make_delivery(hook)
    (dead,) = claim_deliveries()
    assert claim_deliveries() == []
    later(seconds=DEAD_AFTER.total_seconds() + 1)

    (mine,) = claim_deliveries()
    take_answer(delivery=dead, answer=BAD)  # it was only slow
    assert fresh(mine).claimed_at == mine.claimed_at
    take_answer(delivery=mine, answer=WELL)

    assert (fresh(mine).state, fresh(mine).tries, fresh(mine).status) == (DeliveryState.DELIVERED, 2, 200)


@pytest.mark.parametrize("answer", [WELL, BAD])
def test_it_can_be_sent_again_by_hand(hook: Webhook, answer: Answer) -> None:
    delivery = make_delivery(hook)
    Delivery.objects.update(give_up_at=timezone.now())
    take_answer(delivery=claim_deliveries()[0], answer=answer)
    assert fresh(delivery).state != DeliveryState.WAITING

    redeliver(delivery=delivery)

    (again,) = claim_deliveries()
    assert (again.key, again.body, again.tries) == (delivery.key, delivery.body, 1)
    take_answer(delivery=again, answer=BAD)
    assert fresh(delivery).state == DeliveryState.WAITING  # for another day


def test_one_that_waits_for_its_next_try_can_be_sent_now(hook: Webhook) -> None:
    delivery = make_delivery(hook)
    take_answer(delivery=claim_deliveries()[0], answer=BAD)
    assert claim_deliveries() == []

    redeliver(delivery=delivery)

    assert claim_deliveries() == [delivery]


def test_what_is_on_its_way_is_not_sent_twice(hook: Webhook) -> None:
    delivery = make_delivery(hook)
    claim_deliveries()

    with pytest.raises(Conflict) as refusal:
        redeliver(delivery=delivery)
    assert refusal.value.code == "on_its_way"
    Webhook.objects.update(active=False)
    with pytest.raises(Conflict) as refusal:
        redeliver(delivery=delivery)
    assert refusal.value.code == "silent"


def test_deliveries_are_forgotten_after_a_month(hook: Webhook) -> None:
    old, young = (make_delivery(hook, created_at=timezone.now() - timedelta(days=days)) for days in (31, 29))

    assert forget_deliveries() == 1
    assert list(Delivery.objects.all()) == [young]
    assert old.pk != young.pk
