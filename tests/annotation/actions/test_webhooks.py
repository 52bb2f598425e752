import pytest
from django.conf import Settings
from django.db import IntegrityError, transaction

from annotation.actions.telling import tell
from annotation.actions.webhooks import (
    MOST,
    TAKEN_AWAY,
    change_webhook,
    make_webhook,
    remove_webhook,
    renew_secret,
    send_test,
)
from annotation.enums import DeedKind, DeliveryState, HookEvent, Role
from annotation.errors import Conflict, InvalidInput
from annotation.exchange.hooks.signing import secret_of
from annotation.models import Deed, Delivery, Study, User, Webhook
from tests.annotation.hooks import ADDRESS, make_delivery, make_hook, told
from tests.factories import cast, make_member, make_region, make_study

pytestmark = pytest.mark.django_db
EVENTS = ["export_finished", "training_decided"]


@pytest.fixture
def study() -> Study:
    return make_study(slug="gulls", votes_wanted=1)


@pytest.fixture
def ada(study: Study) -> User:
    return make_member(study, Role.MANAGER, "ada")


def deeds(study: Study) -> list[tuple[str, str, str, str]]:
    return list(Deed.objects.filter(study=study).order_by("pk").values_list("kind", "subject", "before", "after"))


def test_a_webhook_is_made_with_a_secret_that_is_kept_nowhere(study: Study, ada: User) -> None:
    webhook, secret = make_webhook(study=study, address=ADDRESS, events=["training_decided", *EVENTS], by=ada)

    row = Webhook.objects.values().get()
    assert (row["address"], row["events"], row["active"], row["made_by_id"]) == (ADDRESS, EVENTS, True, ada.pk)
    assert secret == secret_of(webhook.salt)
    assert [value for value in row.values() if secret[6:] in str(value)] == []
    assert deeds(study) == [(DeedKind.WEBHOOK_MADE, "hooks.example.org", "", "export_finished, training_decided")]


def test_the_journal_names_the_host_alone(study: Study, ada: User) -> None:
    make_webhook(study=study, address="https://hooks.example.org:8443/token-4711?key=4711", events=EVENTS, by=ada)

    assert deeds(study)[0][1] == "hooks.example.org:8443"


@pytest.mark.parametrize(
    ("address", "events"),
    [
        ("http://hooks.example.org/", EVENTS), ("https://127.0.0.1/", EVENTS), ("", EVENTS), (ADDRESS, []),
        (ADDRESS, ["test"]), (ADDRESS, ["vote_cast"]),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(study: Study, ada: User, address: str, events: list[str]) -> None:
    with pytest.raises(InvalidInput):
        make_webhook(study=study, address=address, events=events, by=ada)
    assert (Webhook.objects.count(), Deed.objects.count()) == (0, 0)


def test_the_operator_says_which_hosts_inside_are_allowed(study: Study, ada: User, settings: Settings) -> None:
    settings.WEBHOOK_HOSTS = ["10.0.0.7"]

    webhook, _ = make_webhook(study=study, address="http://10.0.0.7/", events=EVENTS, by=ada)

    assert webhook.host == "10.0.0.7"


def test_the_same_address_once_and_ten_in_all(study: Study, ada: User) -> None:
    for number in range(MOST):
        make_webhook(study=study, address=f"{ADDRESS}/{number}", events=EVENTS, by=ada)

    with pytest.raises(Conflict, match="this very address"):
        make_webhook(study=study, address=f"{ADDRESS}/3", events=EVENTS, by=ada)
    with pytest.raises(Conflict, match="10 webhooks"):
        make_webhook(study=study, address=ADDRESS, events=EVENTS, by=ada)
    remove_webhook(webhook=Webhook.objects.get(address=f"{ADDRESS}/3"), by=ada)
    make_webhook(study=study, address=f"{ADDRESS}/3", events=EVENTS, by=ada)
    assert Webhook.objects.standing().count() == MOST


def test_events_and_silence_are_changed_with_a_line_for_each(study: Study, ada: User) -> None:
    webhook = make_hook(study, HookEvent.EXPORT_FINISHED)

    change_webhook(webhook=webhook, by=ada, events=["import_finished"])
    change_webhook(webhook=webhook, by=ada, active=False)
    change_webhook(webhook=webhook, by=ada, events=["import_finished"], active=False)

    webhook.refresh_from_db()
    assert (webhook.events, webhook.active) == (["import_finished"], False)
    assert deeds(study) == [
        (DeedKind.WEBHOOK_CHANGED, "hooks.example.org", "export_finished", "import_finished"),
        (DeedKind.WEBHOOK_CHANGED, "hooks.example.org", "active", "silent"),
    ]


def test_a_new_secret_is_another_one(study: Study, ada: User) -> None:
    webhook = make_hook(study)
    before = secret_of(webhook.salt)

    after = renew_secret(webhook=webhook, by=ada)

    webhook.refresh_from_db()
    assert after == secret_of(webhook.salt) != before
    assert deeds(study) == [(DeedKind.WEBHOOK_RENEWED, "hooks.example.org", "", "")]


def test_taken_away_nothing_is_sent_and_nothing_can_be_changed_any_more(study: Study, ada: User) -> None:
    webhook = make_hook(study)
    waiting = make_delivery(webhook)

    remove_webhook(webhook=webhook, by=ada)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == (DeliveryState.FAILED, TAKEN_AWAY)
    assert tell(study=study, event=HookEvent.IMPORT_FINISHED, facts={}) == 0
    for change in (
        lambda: remove_webhook(webhook=webhook, by=ada),
        lambda: renew_secret(webhook=webhook, by=ada),
        lambda: change_webhook(webhook=webhook, by=ada, active=True),
        lambda: send_test(webhook=webhook),
    ):
        with pytest.raises(Conflict) as refusal:
            change()
        assert refusal.value.code == "removed"
    assert deeds(study) == [(DeedKind.WEBHOOK_REMOVED, "hooks.example.org", "", "")]


def test_a_test_tells_this_webhook_alone_of_nothing(study: Study) -> None:
    webhook, _ = make_hook(study), make_hook(study, address=f"{ADDRESS}/other")

    delivery = send_test(webhook=webhook)

    assert (delivery.webhook, Delivery.objects.count()) == (webhook, 1)
    body = told()[0]
    assert body.pop("at") is not None
    assert body == {"event": "test", "study": "gulls", "url": "/api/v1/studies/gulls"}


def test_a_silent_webhook_takes_no_test(study: Study) -> None:
    with pytest.raises(Conflict, match="silent"):
        send_test(webhook=make_hook(study, active=False))


def test_only_who_wants_an_event_is_told(study: Study) -> None:
    wants = make_hook(study, HookEvent.EXPORT_FINISHED)
    make_hook(study, HookEvent.IMPORT_FINISHED, address=f"{ADDRESS}/1")
    make_hook(study, HookEvent.EXPORT_FINISHED, address=f"{ADDRESS}/2", active=False)
    make_hook(make_study(), HookEvent.EXPORT_FINISHED)

    assert tell(study=study, event=HookEvent.EXPORT_FINISHED, facts={"export": 5}) == 1
    assert Delivery.objects.get().webhook == wants


def test_what_is_rolled_back_is_not_told(study: Study) -> None:
    make_hook(study)

    with transaction.atomic():
        tell(study=study, event=HookEvent.EXPORT_FINISHED, facts={})
        transaction.set_rollback(True)

    assert Delivery.objects.count() == 0


def test_a_study_that_is_finished_already_is_no_news_to_a_new_webhook(study: Study, ada: User) -> None:
    cast(make_region(study), make_member(study))

    webhook, _ = make_webhook(study=study, address=ADDRESS, events=EVENTS, by=ada)

    assert webhook.finished


@pytest.mark.parametrize(
    ("row", "constraint"),
    [
        ({"events": []}, "webhook_events_known"),
        ({"events": ["test"]}, "webhook_events_known"),
        ({"address": "ftp://a"}, "webhook_address_shape"),
        ({"removed_at": "2026-01-01T00:00Z", "active": True}, "webhook_removed_is_silent"),
    ],
)
def test_the_database_knows_what_a_webhook_is(study: Study, row: dict[str, object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        Webhook.objects.create(**{"study": study, "address": ADDRESS, "events": EVENTS} | row)


@pytest.mark.parametrize(
    ("row", "constraint"),
    [
        ({"event": "vote_cast"}, "delivery_event_known"),
        ({"state": "lost", "ended_at": "2026-01-01T00:00Z"}, "delivery_state_known"),
        ({"state": "failed"}, "delivery_ended_or_waiting"),
        ({"ended_at": "2026-01-01T00:00Z"}, "delivery_ended_or_waiting"),
        ({"state": "delivered", "ended_at": "2026-01-01T00:00Z", "status": 500, "tries": 1}, "delivery_was_answered"),
    ],
)
def test_the_database_knows_what_a_delivery_is(study: Study, row: dict[str, object], constraint: str) -> None:
    webhook = make_hook(study)

    with pytest.raises(IntegrityError, match=constraint):
        make_delivery(webhook, **row)


@pytest.mark.parametrize("change", [{"body": "{1}"}, {"event": "export_finished"}, {"key": "0" * 32}])
def test_what_was_said_stays_said(study: Study, change: dict[str, object]) -> None:
    delivery = make_delivery(make_hook(study))

    with pytest.raises(IntegrityError, match="kept as they are"):
        Delivery.objects.filter(pk=delivery.pk).update(**change)
