import json
import math
from collections import Counter
from dataclasses import replace

import pytest
import torch

from ml.seagull.language import LORA_TARGETS
from ml.seagull.network import build
from ml.seagull.presets import SEVEN_B, SeagullConfig
from ml.seagull.released import VISUAL, ReleasedError, ReleasedTensor, match, released_tensors
from ml.seagull.tokens import WordTokens

TWO_LAYERS = replace(SEVEN_B, language=replace(SEVEN_B.language, layers=2))
SHAPES = {tensor.name: tensor.shape for tensor in released_tensors(TWO_LAYERS)}
BLOCK = f"{VISUAL}trunk.stages.2.blocks.26."


def beginning(prefix: str, config: SeagullConfig = SEVEN_B) -> list[ReleasedTensor]:
    return [tensor for tensor in released_tensors(config) if tensor.name.startswith(prefix)]


def numbers_in(tensors: list[ReleasedTensor]) -> int:
    return sum(math.prod(tensor.shape) for tensor in tensors)


@pytest.mark.parametrize(
    ("prefix", "tensors", "numbers"),
    [
        (VISUAL, 345, 199_770_816),
        ("mask_extractor.", 70, 102_875_674),
        ("mask_extractor.mask_linear.", 6, 18_094_080),
        ("model.mm_projector.", 4, 768 * 4096 + 4096 + 4096 * 4096 + 4096),
        ("model.layers.", 320, 32 * (4 * 4096**2 + 3 * 4096 * 11008 + 2 * 4096 + 64)),
        ("", 742, 7_061_011_674),
    ],
)
def test_the_published_counts_come_out(prefix: str, tensors: int, numbers: int) -> None:
    found = beginning(prefix)

    assert (len(found), numbers_in(found)) == (tensors, numbers)


def test_the_published_sizes_of_the_files_come_out() -> None:
    """The index is published with 73.6 kB, the two shards with 14.13 GB."""
    shard = "pytorch_model-00001-of-00002.bin"
    tensors = released_tensors(SEVEN_B)
    total = sum(math.prod(tensor.shape) * (4 if tensor.name.endswith("inv_freq") else 2) for tensor in tensors)
    index = {"metadata": {"total_size": total}, "weight_map": {tensor.name: shard for tensor in tensors}}

    assert len(json.dumps(index, indent=2, sort_keys=True)) + 1 == 73_585
    assert total == 14_122_027_444


@pytest.mark.parametrize("config", [SEVEN_B, TWO_LAYERS], ids=["7b", "two layers"])
def test_every_weight_of_the_network_comes_from_one_published_tensor(config: SeagullConfig) -> None:
    with torch.device("meta"):
        network = build(config, WordTokens.of_this_project()).state_dict()

    sources = [tensor for tensor in released_tensors(config) if tensor.ours is not None]
    assert {tensor.ours: tensor.shape for tensor in sources} == {name: (*w.shape,) for name, w in network.items()}
    assert len(sources) == len(network)


def test_every_published_tensor_goes_somewhere_or_has_a_reason_not_to() -> None:
    reasons = Counter(tensor.unused.split(" ")[0] for tensor in released_tensors(SEVEN_B) if tensor.ours is None)

    assert [tensor.name for tensor in released_tensors(SEVEN_B) if (tensor.ours is None) != bool(tensor.unused)] == []
    assert reasons == {"after": 5, "left": 6, "attention": 8, "follows": 32}


def test_36_layer_scales_are_known_by_two_names() -> None:
    scales = [tensor for tensor in released_tensors(SEVEN_B) if tensor.alias]

    assert len(scales) == 36
    assert {(tensor.name.rpartition(".")[2], tensor.alias.rpartition(".")[2]) for tensor in scales} == {
        ("gamma", "weight")
    }


def test_a_published_checkpoint_is_matched_whole() -> None:
    found = match(SHAPES, TWO_LAYERS)

    assert {*found.ours, *found.unused} == set(SHAPES)
    assert found.ours["mask_extractor.g_res4.weight"] == "extractor.global_view.keys.2.weight"
    assert found.ours[f"{BLOCK}gamma"] == "encoder.trunk.stages.2.blocks.26.gamma"
    assert found.ours["lm_head.weight"] == "language.lm_head.weight"
    assert set(LORA_TARGETS) < {name.split(".")[-2] for name in found.ours.values() if name.startswith("language.")}


def test_a_layer_scale_that_was_renamed_to_weight_is_taken() -> None:
    renamed = {name.replace(f"{BLOCK}gamma", f"{BLOCK}weight"): shape for name, shape in SHAPES.items()}

    assert match(renamed, TWO_LAYERS).ours[f"{BLOCK}weight"] == "encoder.trunk.stages.2.blocks.26.gamma"


def test_a_layer_scale_under_both_names_is_one_tensor_too_many() -> None:
    with pytest.raises(ReleasedError, match=rf"1 tensor unexpected: {BLOCK}weight$"):
        match(SHAPES | {f"{BLOCK}weight": (768,)}, TWO_LAYERS)


def test_frequencies_that_newer_software_leaves_out_are_not_missed() -> None:
    without = {name: shape for name, shape in SHAPES.items() if not name.endswith("inv_freq")}

    assert match(without, TWO_LAYERS).ours == match(SHAPES, TWO_LAYERS).ours


def test_everything_that_is_wrong_is_named() -> None:
    wrong = SHAPES | {
        "mask_extractor.feat_linear.weight": (1024, 4096),
        "model.layers.2.input_layernorm.weight": (4096,),
    }
    del wrong["mask_extractor.res2.bias"]

    with pytest.raises(ReleasedError) as refusal:
        match(wrong, TWO_LAYERS)

    assert str(refusal.value) == (
        "this is not the published checkpoint: 1 tensor missing: mask_extractor.res2.bias; "
        "1 tensor unexpected: model.layers.2.input_layernorm.weight; "
        "1 tensor wrong: mask_extractor.feat_linear.weight is 1024x4096 instead of 4096x1024"
    )


def test_of_many_missing_tensors_five_are_named() -> None:
    without = {name: shape for name, shape in SHAPES.items() if not name.startswith("mask_extractor.")}

    with pytest.raises(ReleasedError, match=r"56 tensors missing: mask_extractor\.res2\.weight, (\S+, ){4}\.\.\.$"):
        match(without, TWO_LAYERS)
