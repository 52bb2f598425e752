"""One error for memory that ran out, wherever it did."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import torch

TEXTS: Final = ("DefaultCPUAllocator", "out of memory", "ALLOC_FAILED")
"""PyTorch has an error of its own only for what its own allocator of a GPU lacks. On a CPU, and where CUDA and its
libraries (cuBLAS, cuDNN) take memory themselves, one of these stands in a RuntimeError's text."""


@contextmanager
def out_of_memory() -> Iterator[None]:
    """Raises torch.OutOfMemoryError for what PyTorch, NumPy and Python say in other words."""
    try:
        yield
    except torch.OutOfMemoryError:
        raise
    except (RuntimeError, MemoryError) as error:
        if isinstance(error, MemoryError) or any(text in str(error) for text in TEXTS):
            raise torch.OutOfMemoryError(str(error)) from error
        raise
