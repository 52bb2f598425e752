"""Tensors on disk that several people share."""

import os
import stat
from pathlib import Path

import pytest
import torch
from safetensors import SafetensorError

from ml.training import cache as module
from ml.training.cache import Cache
from tests.ml.pictures import everything_under


def ones() -> dict[str, torch.Tensor]:
    return {"statistics": torch.ones(2)}


@pytest.mark.parametrize("umask, mode", [(0o022, 0o644), (0o002, 0o664), (0o077, 0o600)])
def test_who_may_read_a_file_is_said_by_the_umask(umask: int, mode: int, tmp_path: Path) -> None:
    before = os.umask(umask)
    try:
        Cache(tmp_path).get("abcd", ones)
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "ab" / "abcd.safetensors").stat().st_mode) == mode
    assert everything_under(tmp_path) == ["ab", "ab/abcd.safetensors"]


def test_a_file_that_cannot_be_read_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "ab").mkdir()
    (tmp_path / "ab" / "abcd.safetensors").symlink_to("/proc/self/mem")  # not even root may map it

    part = Cache(tmp_path).part("abcd", "statistics")
    whole = Cache(tmp_path).get("abcd", ones)

    assert part is None
    assert torch.equal(whole["statistics"], torch.ones(2))
    assert not (tmp_path / "ab" / "abcd.safetensors").is_symlink()


def test_a_disk_that_is_full_leaves_nothing_unfinished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise SafetensorError("No space left on device")

    monkeypatch.setattr(module, "save_file", full)

    with pytest.raises(SafetensorError):
        Cache(tmp_path).get("abcd", ones)
    assert everything_under(tmp_path) == ["ab"]
