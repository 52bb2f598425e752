"""Two real processes that would train together: a long preparation of one is waited for, a long silence in a step is not."""

from pathlib import Path

import pytest

from tests.copies import in_copy
from tests.workers.test_child import nothing
from workers.child import ChildFailedError, log_of, run_child, tail

pytestmark = pytest.mark.slow
SECONDS = 6
"""Of silence that are allowed; the meeting, for which both wait until both are there, has to be quicker."""


def meet(folder: Path, log: Path) -> None:
    run_child("tests.workers.silent", [str(folder), str(SECONDS)], log=log, watch=nothing, processes=2)


def test_one_that_the_others_wait_for_in_vain_ends_the_run(tmp_path: Path) -> None:
    log = tmp_path / "train.log"

    with pytest.raises(ChildFailedError, match=rf"^Process 1 of 2 ended: .*Timed out waiting {SECONDS}000ms"):
        in_copy(meet, tmp_path, log)

    assert ["prepared" in tail(log_of(log, rank)).splitlines() for rank in range(2)] == [True, True]
