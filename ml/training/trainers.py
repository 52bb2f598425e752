"""A training in a process of its own, for whoever starts several."""

import subprocess
from collections.abc import Mapping, Sequence


def finish(command: Sequence[str], *, environment: Mapping[str, str] | None = None, stdout: int | None = None) -> int:
    """Its exit status. Ctrl-C reaches the trainer, too, which saves what it has: that is waited for, however often it comes."""
    with subprocess.Popen(command, env=environment, stdout=stdout) as trainer:
        while True:
            try:
                return trainer.wait()
            except KeyboardInterrupt:
                continue
