"""`python -m ml.train` itself, held after its second step until a signal ends it. Made to be killed.

python -m tests.workers.held_training TOLD ARGUMENTS: TOLD gets the number of the process when it is held.
"""

import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from ml import train
from ml.training.journal import Journal
from tests.workers.trainer import tell

HELD_AFTER = 2


def main() -> None:
    told, note = Path(sys.argv[1]), Journal.note

    def note_and_hold(journal: Journal, line: Mapping[str, float]) -> None:
        note(journal, line)
        if line["step"] == HELD_AFTER:
            hold(told)

    Journal.note = note_and_hold  # type: ignore[method-assign]
    train.main(sys.argv[2:])


def hold(told: Path) -> None:
    """Until SIGTERM, which training hears as ever."""
    heard, usual = [], signal.getsignal(signal.SIGTERM)

    def hear(number: int, frame: FrameType | None) -> None:
        heard.append(number)
        usual(number, frame)  # type: ignore[operator, misc]

    signal.signal(signal.SIGTERM, hear)
    tell(told)
    while not heard:
        time.sleep(0.02)


if __name__ == "__main__":
    main()
