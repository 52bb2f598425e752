import pytest
from django.test import Client

from tests.factories import make_member, make_study, make_user

pytestmark = pytest.mark.django_db

HEADER = "Content-Security-Policy"


def policy_of(client: Client, path: str) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in client.get(path).headers[HEADER].split(";"))
    return {name: sources for name, _, sources in parts}


def test_an_answer_without_a_script_of_its_own_has_the_policy_of_the_settings() -> None:
    policy = policy_of(Client(), "/healthz")

    assert (policy["default-src"], policy["script-src"]) == ("'none'", "'self'")
    assert policy == policy_of(Client(), "/api/v1/session")


def test_a_page_s_nonce_is_in_its_policy_and_in_no_other_answer_s() -> None:
    study = make_study()
    client = Client()
    client.force_login(make_member(study))

    first, second = (policy_of(client, f"/studies/{study.slug}/rate")["script-src"] for _ in range(2))

    assert first.startswith("'self' 'nonce-")
    assert first != second
    assert policy_of(client, "/healthz")["script-src"] == "'self'"


def test_nothing_may_be_inline_on_any_page() -> None:
    """The browser tests fail on whatever a page tries all the same."""
    root = make_user("root", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(root)

    policies = [policy_of(client, path) for path in ("/", "/account", "/admin/", "/nowhere", "/api/v1/session")]

    assert [sources for policy in policies for sources in policy.values() if "unsafe" in sources] == []
    assert {policy["style-src"] for policy in policies} == {"'self'"}
