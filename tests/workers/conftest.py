import pytest

from tests.workers.proposers import FakeProposer
from workers.tasks import proposals, sketches


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeProposer:
    """What is resident in the worker, instead of the real proposer."""
    proposer = FakeProposer()
    for module in (proposals, sketches):
        monkeypatch.setattr(module, "proposer", lambda: proposer)
    sketches._loaded.clear()
    return proposer
