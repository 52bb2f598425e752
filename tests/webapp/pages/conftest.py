import pytest


@pytest.fixture(autouse=True)
def no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no broker here: nobody is rung."""
    monkeypatch.setattr("webapp.doorbell._send", lambda *arguments: None)
