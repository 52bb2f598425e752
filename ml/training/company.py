"""Processes that train together: how they meet, and how long one waits for another."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import torch

if TYPE_CHECKING:
    from accelerate import Accelerator  # type: ignore[import-untyped]

SILENCE: Final = 600.0
"""Seconds after which a process that the others wait for is taken for dead, and the run ends."""
PREPARING: Final = timedelta(days=7)
"""One process may read photographs for hours while the others wait."""


def accelerator_on(device: str, silence: float = SILENCE) -> "Accelerator":
    """With every process that trains together, each on its own GPU unless `device` is cpu."""
    from accelerate import Accelerator, InitProcessGroupKwargs  # slow import

    limit = InitProcessGroupKwargs(timeout=timedelta(seconds=silence))
    precision = "bf16" if device != "cpu" and torch.cuda.is_available() else "no"
    return Accelerator(cpu=device == "cpu", mixed_precision=precision, kwargs_handlers=[limit])


def meeting(accelerator: "Accelerator") -> Callable[[], None]:
    """Where each waits for all, however long they prepare: nobody is taken for dead as within a step."""
    if accelerator.num_processes == 1:
        return lambda: None
    group = torch.distributed.new_group(backend="gloo", timeout=PREPARING)
    return lambda: torch.distributed.barrier(group)
