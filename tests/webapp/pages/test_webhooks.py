import re

import pytest
from django.utils import timezone

from annotation.exchange.hooks.signing import secret_of
from annotation.models import Delivery, Webhook
from tests.annotation.hooks import make_delivery, make_hook
from tests.factories import make_study
from tests.webapp.pages.cast import Cast, client_of

pytestmark = pytest.mark.django_db
PAGE = "/studies/gulls/settings/webhooks"


def test_a_webhook_is_made_and_its_secret_shown_once(scene: Cast) -> None:
    client = client_of(scene.people["manager"])
    new = {"address": "https://other.example.org/x?key=1", "events": ["export_finished"]}

    answer = client.post(PAGE, new)

    webhook = Webhook.objects.latest("pk")
    assert re.findall(r"whsec_[^<]+", answer.content.decode()) == [secret_of(webhook.salt)]
    assert answer["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    for page in (PAGE, f"{PAGE}/{webhook.pk}"):
        text = client.get(page).content.decode()
        assert ("https://other.example.org/x?key=1" in text, "whsec_" in text) == (True, False)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://other.example.org/", "http is for hosts that the operator allows, not other.example.org"),
        ("https://10.0.0.1/", "10.0.0.1 is not at a public address"),
        ("https://hooks.example.org/gullery", "There is a webhook to this very address already."),
    ],
)
def test_what_is_wrong_stands_beside_the_address_and_the_form_is_kept(scene: Cast, address: str, words: str) -> None:
    answer = client_of(scene.people["manager"]).post(PAGE, {"address": address, "events": ["alarm_raised"]})

    text = answer.content.decode()
    assert (answer.status_code, Webhook.objects.count()) == (400, 1)
    assert text.count(words) == 1
    assert (f'value="{address}"' in text, 'value="alarm_raised" id="id_events_6" checked' in text) == (True, True)


def test_silence_and_events_and_a_new_secret(scene: Cast) -> None:
    client, page = client_of(scene.people["manager"]), f"{PAGE}/{scene.webhook.pk}"

    client.post(f"{page}/silence", {"active": "0"})
    client.post(page, {"events": ["import_finished"]})
    answer = client.post(f"{page}/secret")

    fresh = Webhook.objects.get()
    assert (fresh.active, fresh.events, fresh.salt != scene.webhook.salt) == (False, ["import_finished"], True)
    assert re.findall(r"whsec_[^<]+", answer.content.decode()) == [secret_of(fresh.salt)]
    assert "Send a test" not in client.get(page).content.decode()


def test_a_test_and_a_message_again(scene: Cast) -> None:
    client = client_of(scene.people["manager"])
    Delivery.objects.update(state="failed", ended_at=timezone.now())

    client.post(f"{PAGE}/{scene.webhook.pk}/test")
    client.post(f"/studies/gulls/settings/deliveries/{scene.delivery.pk}/again")

    assert list(Delivery.objects.values_list("event", "state")) == [("test", "waiting")] * 2


def test_what_a_receiver_answers_is_text_and_no_markup(scene: Cast) -> None:
    make_delivery(scene.webhook, status=400, answer="<script>alert(1)</script>", tries=1)

    text = client_of(scene.people["manager"]).get(f"{PAGE}/{scene.webhook.pk}").content.decode()

    assert ("&lt;script&gt;alert(1)" in text, "<script>alert" in text) == (True, False)


def test_one_that_was_taken_away_keeps_its_page_without_buttons(scene: Cast) -> None:
    client, page = client_of(scene.people["manager"]), f"{PAGE}/{scene.webhook.pk}"

    client.post(f"{page}/remove")

    text = client.get(page).content.decode()
    assert "Nobody is told yet." in client.get(PAGE).content.decode()
    assert "Taken away" in text
    assert re.findall(rf'action="{PAGE}[^"]*"', text) == []
    assert client.post(f"{page}/silence", {"active": "1"}).status_code == 302
    assert not Webhook.objects.get().active


def test_rows_of_another_study_are_not_reached_by_this_one_s_address(scene: Cast) -> None:
    client = client_of(scene.people["manager"])
    hook = make_hook(make_study())
    delivery = make_delivery(hook)

    assert client.get(f"{PAGE}/{hook.pk}").status_code == 404
    assert client.post(f"/studies/gulls/settings/deliveries/{delivery.pk}/again").status_code == 404


def test_the_journal_leads_to_the_webhook(scene: Cast) -> None:
    client = client_of(scene.people["manager"])
    client.post(f"{PAGE}/{scene.webhook.pk}/silence", {"active": "0"})

    text = client.get("/studies/gulls/journal").content.decode()

    assert f'<a href="{PAGE}/{scene.webhook.pk}">hooks.example.org</a>' in text
    assert "<code>silent</code>" in text
