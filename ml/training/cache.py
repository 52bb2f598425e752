"""Tensors kept on disk between epochs and runs, each file whole or not there."""

import os
from collections.abc import Callable
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor


class Cache:
    """One safetensors file for each key; read through the page cache, so a second epoch costs no decoding."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __contains__(self, key: str) -> bool:
        return self._place(key).is_file()

    def get(self, key: str, make: Callable[[], dict[str, Tensor]]) -> dict[str, Tensor]:
        path = self._place(key)
        if (kept := _kept(path)) is not None:
            return kept
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}")
        save_file({name: tensor.contiguous() for name, tensor in make().items()}, unfinished)
        unfinished.replace(path)
        return load_file(path)

    def part(self, key: str, name: str) -> Tensor | None:
        """One tensor of a file, without reading the others; None where there is no whole file."""
        path = self._place(key)
        try:
            with safe_open(path, framework="pt") as file:
                tensor: Tensor = file.get_tensor(name).clone()  # it would hold the file open, and there are many
                return tensor
        except (FileNotFoundError, SafetensorError):
            return None

    def _place(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.safetensors"


def _kept(path: Path) -> dict[str, Tensor] | None:
    """None also for a file that a machine without power left in pieces."""
    try:
        return load_file(path) if path.is_file() else None
    except SafetensorError:
        return None
