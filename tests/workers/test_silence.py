"""Two real processes that would train together: a long preparation of one is waited for, a long silence in a step is not."""

from pathlib import Path

import pytest

from tests.workers.test_child import nothing
from workers.child import ChildFailedError, log_of, run_child, tail

pytestmark = pytest.mark.slow
SECONDS = 6
"""Of silence that are allowed; the meeting, for which both wait until both are there, has to be quicker."""
TOGETHER = f"""
import os, pathlib, sys, time
from accelerate import Accelerator
from ml.training.company import accelerator_on, main_process_first

here = pathlib.Path(sys.argv[1])
(here / ("ready" + os.environ["RANK"])).touch()
while len([*here.glob("ready?")]) < 2:
    time.sleep(0.01)
company = accelerator_on("cpu", silence={SECONDS})
with main_process_first(company):
    if company.is_main_process:
        time.sleep({SECONDS} + 1)
    print("prepared", flush=True)
if not company.is_main_process:
    time.sleep(600)
company.wait_for_everyone()
"""


def test_one_that_the_others_wait_for_in_vain_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "for_a_test.py").write_text(TOGETHER)
    log = tmp_path / "train.log"

    with pytest.raises(ChildFailedError, match=rf"^Process 1 of 2 ended: .*Timed out waiting {SECONDS}000ms"):
        run_child("for_a_test", [str(tmp_path)], log=log, watch=nothing, processes=2)

    assert ["prepared" in tail(log_of(log, rank)).splitlines() for rank in range(2)] == [True, True]
