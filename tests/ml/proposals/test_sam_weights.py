import os
from pathlib import Path

import pytest
import torch
from segment_anything import sam_model_registry

from ml.proposals.checkpoints import CheckpointError
from ml.proposals.sam_weights import build_sam, state_of
from tests.ml.proposals.tiny_sam import save_tiny, tiny_sam


class Touches:
    """What a hostile checkpoint does: run something while it is unpickled."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (self.path,)


@pytest.mark.parametrize("name", ["vit_b", "vit_l", "vit_h"])
def test_the_official_sizes_are_recognised_from_their_weights(name: str) -> None:
    """On the meta device: shapes without memory, so that even ViT-H takes a moment."""
    with torch.device("meta"):
        official = sam_model_registry[name]()
        built = build_sam(official.state_dict())
    assert str(built.image_encoder) == str(official.image_encoder)
    assert str(built.mask_decoder) == str(official.mask_decoder)
    assert str(built.prompt_encoder) == str(official.prompt_encoder)
    for ours, theirs in zip(built.image_encoder.blocks, official.image_encoder.blocks, strict=True):
        assert ours.window_size == theirs.window_size
        assert ours.attn.num_heads == theirs.attn.num_heads


def test_a_checkpoint_comes_back_with_its_weights(tmp_path: Path) -> None:
    built = build_sam(state_of(save_tiny(tmp_path / "tiny.pth")))
    original = tiny_sam().state_dict()
    assert built.state_dict().keys() == original.keys()
    assert all(torch.equal(tensor, original[key]) for key, tensor in built.state_dict().items())


def test_weights_under_the_key_model_are_found(tmp_path: Path) -> None:
    torch.save({"model": tiny_sam().state_dict(), "epoch": 3}, tmp_path / "trained.pth")
    assert "image_encoder.pos_embed" in state_of(tmp_path / "trained.pth")


def test_a_checkpoint_that_would_run_code_is_refused_and_runs_nothing(tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    torch.save({"image_encoder.pos_embed": Touches(str(trace))}, tmp_path / "evil.pth")
    with pytest.raises(CheckpointError, match="more than weights"):
        state_of(tmp_path / "evil.pth")
    assert not trace.exists()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"no checkpoint at .*nothing\.pth"):
        state_of(tmp_path / "nothing.pth")


def test_a_file_that_holds_no_weights_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.pth").write_text("hello")
    with pytest.raises(CheckpointError, match=r"text\.pth is not a file of weights"):
        state_of(tmp_path / "text.pth")


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    torch.save({"conv.weight": torch.zeros(3)}, tmp_path / "other.pth")
    with pytest.raises(CheckpointError, match="no segment-anything weights"):
        state_of(tmp_path / "other.pth")


def test_incomplete_weights_are_refused() -> None:
    state = tiny_sam().state_dict()
    del state["mask_decoder.iou_token.weight"]
    with pytest.raises(CheckpointError, match="iou_token"):
        build_sam(state)
