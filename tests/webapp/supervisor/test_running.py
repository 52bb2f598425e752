import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from webapp.supervisor.events import Event, Kind
from webapp.supervisor.running import running_platform


@pytest.fixture(params=[signal.SIG_DFL, signal.SIG_IGN])
def at_the_terminals_end(request: pytest.FixtureRequest) -> Iterator[signal.Handlers]:
    """What happens to this process without us: `nohup` has it ignored."""
    before = signal.signal(signal.SIGHUP, request.param)
    yield request.param
    signal.signal(signal.SIGHUP, before)


def test_the_end_of_its_terminal_stops_a_platform_but_not_one_under_nohup(
    tmp_path: Path, at_the_terminals_end: signal.Handlers
) -> None:
    heard: list[Kind] = []

    def hear(event: Event) -> None:
        heard.append(event.kind)

    survived = False
    try:
        with running_platform(lambda site: [], tmp_path, listener=hear, port=None):
            os.kill(os.getpid(), signal.SIGHUP)
            survived = True
    except KeyboardInterrupt:
        pass

    assert survived == (at_the_terminals_end is signal.SIG_IGN)
    assert [kind for kind in heard if kind is not Kind.NOTICE] == [Kind.STOPPING, Kind.STOPPED]
    assert signal.getsignal(signal.SIGHUP) is at_the_terminals_end
