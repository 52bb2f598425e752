"""A training in a process of its own, for whoever starts several."""

import os
import subprocess
from collections.abc import Mapping, Sequence

SAVING = {"TORCH_ELASTIC_SHUTDOWN_TIMEOUT": "600"}
"""Seconds that torchrun gives stopped processes, for a large checkpoint on a slow disk; of itself it kills them after 30."""


def finish(command: Sequence[str], *, environment: Mapping[str, str] | None = None, stdout: int | None = None) -> int:
    """Its exit status. Ctrl-C reaches the trainer, too, which saves what it has: that is waited for, however often it comes."""
    place = SAVING | dict(os.environ if environment is None else environment)
    with subprocess.Popen(command, env=place, stdout=stdout) as trainer:
        while True:
            try:
                return trainer.wait()
            except KeyboardInterrupt:
                continue
