"""Of two processes that prepare together the first takes longer than silence is allowed, and the other then says nothing.

python -m tests.workers.silent FOLDER SECONDS
"""

import os
import sys
import time
from pathlib import Path

import accelerate  # type: ignore[import-untyped]  # noqa: F401  slow: whoever is ready has read it

from ml.training.company import accelerator_on, meeting


def main() -> None:
    here, seconds = Path(sys.argv[1]), int(sys.argv[2])
    (here / f"ready{os.environ['RANK']}").touch()
    while len([*here.glob("ready?")]) < 2:
        time.sleep(0.01)
    company = accelerator_on("cpu", silence=seconds)
    meet = meeting(company)
    if company.is_main_process:
        time.sleep(seconds + 1)
    meet()
    print("prepared", flush=True)
    if not company.is_main_process:
        time.sleep(600)
    company.wait_for_everyone()


if __name__ == "__main__":
    main()
