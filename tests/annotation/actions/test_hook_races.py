"""Webhooks under races: real threads, real connections, a real receiver."""

import threading
from collections import Counter

import pytest
from django.conf import Settings
from django.db import connection, transaction

from annotation.actions.deliveries import send_due
from annotation.actions.summaries import tell_finished, tell_settled
from annotation.actions.telling import tell
from annotation.actions.webhooks import MOST, make_webhook, remove_webhook
from annotation.enums import DeliveryState, HookEvent
from annotation.errors import Conflict
from annotation.models import Delivery, JustSettled, User, Webhook
from tests.annotation.actions.test_races import in_threads
from tests.annotation.exchange.hooks.receiver import HOST, receiving
from tests.annotation.hooks import make_delivery, make_hook, told
from tests.factories import cast, make_member, make_region, make_study

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_two_workers_send_each_delivery_once(settings: Settings) -> None:
    settings.WEBHOOK_HOSTS = [HOST]
    study = make_study()
    workers = [make_member(study) for _ in range(3)]
    with receiving() as receiver:
        hooks = [make_hook(study, address=receiver.address(path=f"/{number}")) for number in range(4)]
        keys = [str(make_delivery(hook).key) for hook in hooks for _ in range(10)]

        def work(_: User) -> None:
            send_due(seconds=60)

        in_threads(workers, work)

    assert Counter(got.headers["webhook-id"] for got in receiver.got) == dict.fromkeys(keys, 1)
    assert set(Delivery.objects.values_list("state", "tries")) == {(DeliveryState.DELIVERED, 1)}


def test_votes_beside_summaries_are_told_once_each() -> None:
    study = make_study(votes_wanted=1)
    make_hook(study, HookEvent.REGIONS_SETTLED)
    make_hook(study, HookEvent.STUDY_FINISHED, address="https://finished.example.org")
    regions = {make_member(study): [make_region(study) for _ in range(8)] for _ in range(4)}
    teller, over = make_member(study), threading.Event()

    def work(person: User) -> None:
        if person == teller:
            while not over.is_set():
                tell_settled()
                tell_finished()
            return
        for region in regions[person]:
            cast(region, person)
        if person == next(iter(regions)):
            over.set()

    in_threads([teller, *regions], work)
    tell_settled()
    tell_finished()

    named = [region for body in told(HookEvent.REGIONS_SETTLED) for region in body["regions"]]
    assert sorted(named) == sorted(region.pk for some in regions.values() for region in some)
    assert (len(told(HookEvent.STUDY_FINISHED)), JustSettled.objects.count()) == (1, 0)


def test_several_summaries_at_once_tell_each_region_once() -> None:
    study = make_study(votes_wanted=1)
    make_hook(study, HookEvent.REGIONS_SETTLED, HookEvent.STUDY_FINISHED)
    person = make_member(study)
    regions = [make_region(study) for _ in range(20)]
    for region in regions:
        cast(region, person)

    def work(_: User) -> None:
        tell_settled()
        tell_finished()

    in_threads([person] * 4, work)

    named = [region for body in told(HookEvent.REGIONS_SETTLED) for region in body["regions"]]
    assert sorted(named) == [region.pk for region in regions]
    assert len(told(HookEvent.STUDY_FINISHED)) == 1


def test_eleven_managers_at_once_make_ten_webhooks() -> None:
    study = make_study()
    people = [make_member(study) for _ in range(MOST + 3)]
    refused: list[str] = []

    def work(person: User) -> None:
        try:
            address = f"https://hooks.example.org/{person.pk}"
            make_webhook(study=study, address=address, events=["export_finished"], by=person)
        except Conflict as refusal:
            refused.append(refusal.code)

    in_threads(people, work)

    assert (Webhook.objects.count(), refused) == (MOST, ["too_many_webhooks"] * 3)


def test_a_webhook_taken_away_while_something_is_told_hinders_nobody() -> None:
    study = make_study()
    webhook = make_hook(study)
    read, removed = threading.Event(), threading.Event()

    def remove() -> None:
        read.wait(60)
        remove_webhook(webhook=webhook, by=None)
        removed.set()
        connection.close()

    thread = threading.Thread(target=remove)
    thread.start()
    with transaction.atomic():
        assert study.webhooks.wanting(HookEvent.EXPORT_FINISHED).count() == 1
        read.set()
        assert removed.wait(60)
        tell(study=study, event=HookEvent.EXPORT_FINISHED, facts={})
    thread.join()

    assert Delivery.objects.count() == 0
