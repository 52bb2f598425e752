import pytest

from tests.webapp.pages.cast import Cast, make_cast


@pytest.fixture(autouse=True)
def no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no broker here: nobody is rung."""
    monkeypatch.setattr("webapp.doorbell._send", lambda *arguments: None)


@pytest.fixture
def scene() -> Cast:
    return make_cast()
