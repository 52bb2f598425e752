"""One error for memory that ran out, wherever it did."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import torch

CPU_ALLOCATOR: Final = "DefaultCPUAllocator"
"""PyTorch has an error of its own for the memory of a GPU only; on a CPU this stands in a RuntimeError's text."""


@contextmanager
def out_of_memory() -> Iterator[None]:
    """Raises torch.OutOfMemoryError for what PyTorch on a CPU, NumPy and Python say in other words."""
    try:
        yield
    except torch.OutOfMemoryError:
        raise
    except (RuntimeError, MemoryError) as error:
        if isinstance(error, MemoryError) or CPU_ALLOCATOR in str(error):
            raise torch.OutOfMemoryError(str(error)) from error
        raise
