"""Processes that train together: how they meet, and how long one waits for another."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import torch

from ml.seagull.predictor import choose_device

if TYPE_CHECKING:
    from accelerate import Accelerator  # type: ignore[import-untyped]

SILENCE: Final = 600.0
"""Seconds after which a process that the others wait for is taken for dead, and the run ends."""
PREPARING: Final = timedelta(days=7)
"""One process may read photographs for hours while the others wait."""


def device_of(name: str) -> torch.device:
    """Where to train: on a CPU, or for `auto` where there are GPUs, of which each process takes its own."""
    return choose_device(None if name == "auto" else name)


def accelerator_on(device: str, silence: float = SILENCE) -> "Accelerator":
    """With every process that trains together; `device` as in `device_of`."""
    from accelerate import Accelerator, InitProcessGroupKwargs  # slow import

    limit = InitProcessGroupKwargs(timeout=timedelta(seconds=silence))
    on_cpu = device_of(device).type == "cpu"
    return Accelerator(cpu=on_cpu, mixed_precision="no" if on_cpu else "bf16", kwargs_handlers=[limit])


def meeting(accelerator: "Accelerator") -> Callable[[], None]:
    """Where each waits for all, however long they prepare: nobody is taken for dead as within a step."""
    if accelerator.num_processes == 1:
        return lambda: None
    group = torch.distributed.new_group(backend="gloo", timeout=PREPARING)
    return lambda: torch.distributed.barrier(group)
