"""A manager's webhook, from its address to a message that a real receiver took."""

from collections.abc import Iterator

import pytest
from django.conf import Settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.actions.deliveries import send_due
from annotation.models import Webhook
from tests.annotation.exchange.hooks.receiver import HOST, Receiver, receiving
from tests.browser.axe import in_both_schemes
from tests.browser.conftest import SignIn
from tests.browser.waiting import follow
from tests.webapp.pages.cast import make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOK_HOSTS = [HOST]
    with receiving() as one:
        one.answers = [b'HTTP/1.1 500 Sorry\r\n\r\n{"error": "no such project"}', 204]
        yield one


@pytest.fixture
def page(open_as: SignIn, live_server: LiveServer) -> Page:
    scene = make_cast()
    Webhook.objects.all().delete()
    page = open_as(scene.people["manager"])
    page.goto(f"{live_server.url}/studies/gulls/settings")
    follow(page.get_by_role("link", name="Webhooks"))
    return page


def test_from_the_address_to_a_message_that_arrived(page: Page, receiver: Receiver) -> None:
    expect(page.get_by_text("Nobody is told yet.")).to_be_visible()
    page.get_by_label("Address").fill(receiver.address(path="/gullery/projects/17?key=4711"))
    page.get_by_label("Labels of regions settled").check()
    page.get_by_role("button", name="Make the webhook").click()

    secret = page.locator("#secret-text")
    expect(secret).to_contain_text("whsec_")
    assert in_both_schemes(page, "a webhook was made") == []
    page.get_by_role("row").get_by_role("link").click()
    expect(secret).to_have_count(0)
    page.get_by_role("button", name="Send a test").click()
    expect(page.get_by_text("Not sent yet")).to_be_visible()

    send_due(seconds=30)
    page.reload()
    expect(page.get_by_text("HTTP 500")).to_be_visible()
    page.get_by_text("What was said").click()
    expect(page.get_by_text('{"error": "no such project"}')).to_be_visible()
    assert in_both_schemes(page, "a message that was refused") == []
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_text("It is on its way again; look again in a moment.")).to_be_visible()
    send_due(seconds=30)
    page.reload()
    expect(page.locator(".deliveries .tag")).to_have_text("Delivered")
    assert [got.headers["webhook-id"] for got in receiver.got] == [receiver.got[0].headers["webhook-id"]] * 2


@pytest.mark.parametrize("width", [390, 820, 1280])
def test_nothing_reaches_beyond_the_screen(page: Page, receiver: Receiver, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.get_by_label("Address").fill(receiver.address(path="/" + "averylongname" * 20))
    follow(page.get_by_role("button", name="Make the webhook"))

    wide = [page.evaluate("document.documentElement.scrollWidth")]
    follow(page.get_by_role("row").get_by_role("link"))
    follow(page.get_by_role("button", name="Send a test"))
    wide.append(page.evaluate("document.documentElement.scrollWidth"))

    assert wide == [width, width]
