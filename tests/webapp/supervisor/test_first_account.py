"""What the platform says while nobody can sign in."""

import sys
from pathlib import Path

import pytest

from tests.factories import make_user
from webapp.supervisor import first_account
from webapp.supervisor.first_account import first_account_command, first_account_words
from webapp.supervisor.plan import PROJECT


@pytest.fixture(autouse=True)
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own stays open."""
    for name in ("close", "close_pool"):
        monkeypatch.setattr(first_account.connection, name, lambda: None)


@pytest.mark.django_db
def test_it_is_said_until_there_is_an_account() -> None:
    before = first_account_words()
    make_user()

    assert before.splitlines()[1:] == [f"  {first_account_command()}"]
    assert first_account_words() == ""


def test_the_command_can_be_pasted_where_the_platform_was_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(PROJECT)
    monkeypatch.setattr(sys, "executable", f"{PROJECT}/.venv/bin/python")
    monkeypatch.delenv("GULLERY_DATA", raising=False)
    near = first_account_command()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GULLERY_DATA", "/srv/our data")

    assert near == ".venv/bin/python manage.py createsuperuser"
    assert first_account_command() == (
        f"GULLERY_DATA='/srv/our data' {PROJECT}/.venv/bin/python {PROJECT}/manage.py createsuperuser"
    )
