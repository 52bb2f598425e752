"""Tensors kept on disk between epochs and runs, each file whole or not there."""

import os
import stat
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
        _write({name: tensor.contiguous() for name, tensor in make().items()}, path)
        return load_file(path)

    def part(self, key: str, name: str) -> Tensor | None:
        """One tensor of a file, without reading the others; None where there is no whole file that may be read."""
        path = self._place(key)
        try:
            with safe_open(path, framework="pt") as file:
                tensor: Tensor = file.get_tensor(name).clone()  # it would hold the file open, and there are many
                return tensor
        except (OSError, SafetensorError):
            return None

    def _place(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.safetensors"


def _write(tensors: dict[str, Tensor], path: Path) -> None:
    """Readable for whom the umask says, since several people may train from one cache: safetensors lets nobody else."""
    unfinished = path.with_suffix(f".{os.getpid()}")
    try:
        unfinished.touch()
        mode = stat.S_IMODE(unfinished.stat().st_mode)
        save_file(tensors, unfinished)
        unfinished.chmod(mode)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _kept(path: Path) -> dict[str, Tensor] | None:
    """None also for a file that a machine without power left in pieces, or that somebody else keeps to himself."""
    try:
        return load_file(path) if path.is_file() else None
    except (OSError, SafetensorError):
        return None
