"""What a screen reader says of each control of the rating screen: every one has a name, and no two have the same."""

from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.scales import SCALES
from tests.browser.conftest import SignIn
from tests.browser.rating_browser import open_screen, protocol, rate, study_with
from tests.factories import make_member

pytestmark = pytest.mark.django_db(transaction=True)
DIALOGS = {"?": "keys", "g": "guidelines", "l": "own-votes", "x": "remark", "!": "remark", "a": "anchors"}
NO_CONTROLS = {"RootWebArea", "main", "dialog", "Legend"}
"""Only scripts and links put the focus there, and their text is read."""
Said = tuple[str, str, str]
"""What the control is in, what it is, and its name."""


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_control_has_a_name_of_its_own(open_as: SignIn, live_server: LiveServer, language: str) -> None:
    study = study_with(3, guidelines="Look at the [region](https://example.org).")
    protocol(study, least_view_ms=0, sitting_minutes=30)
    page = open_as(make_member(study))
    page.context.add_cookies([{"name": "language", "value": language, "url": live_server.url}])
    open_screen(page, live_server, study)
    rate(page, 2)
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")

    heard = {"screen": controls(page)}
    for key, dialog in DIALOGS.items():
        page.keyboard.press(key)
        expect(page.locator(f"#{dialog}")).to_be_visible()
        expect(page.locator("#own-votes [data-state=loading]")).to_be_hidden()
        heard[dialog + key] = controls(page)
        page.keyboard.press("Escape")
    page.evaluate("document.getElementById('signed-out').showModal()")
    heard["signed out"] = controls(page)

    assert [(where, one) for where, said in heard.items() for one in said if not one[2]] == []
    assert [(where, one) for where, said in heard.items() for one, times in Counter(said).items() if times > 1] == []
    assert len([one for one in heard["screen"] if one[1] == "radio"]) == 6 * 6 + 2 * 5
    assert len({place for place, role, _ in heard["screen"] if role == "radio"}) == len(SCALES)
    assert {len(said) > 1 for said in heard.values()} == {True}


def controls(page: Page) -> list[Said]:
    """All that can be reached by keyboard; behind an open dialog nothing can."""
    session = page.context.new_cdp_session(page)
    told: list[dict[str, Any]] = session.send("Accessibility.getFullAXTree")["nodes"]
    nodes = {node["nodeId"]: node for node in told}
    session.detach()
    return [
        (place_of(node, nodes), role(node), name(node))
        for node in told
        if not node["ignored"] and is_focusable(node) and role(node) not in NO_CONTROLS
    ]


def place_of(node: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> str:
    """The group or the entry of a list it is in, by name or by number."""
    while (node := nodes.get(node.get("parentId", ""), {})) and role(node) not in {"group", "listitem"}:
        pass
    return name(node) or node.get("nodeId", "")


def role(node: dict[str, Any]) -> str:
    return str(node.get("role", {}).get("value", ""))


def name(node: dict[str, Any]) -> str:
    return str(node.get("name", {}).get("value", "")).strip()


def is_focusable(node: dict[str, Any]) -> bool:
    return any(one["name"] == "focusable" and one["value"].get("value") for one in node.get("properties", ()))
