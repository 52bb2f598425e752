from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from ml.seagull import versions
from ml.seagull.language import merge, with_lora
from ml.seagull.manifest import VersionError, describe, read_manifest, write_config, write_manifest
from ml.seagull.network import Seagull, build
from ml.seagull.presets import TINY
from ml.seagull.tokens import WordTokens
from ml.seagull.versions import LINE_BYTES, load_version, plain_state, precision, save_version, weight_files
from tests.ml.pictures import everything_under

SMALL = replace(
    TINY,
    encoder=replace(TINY.encoder, side=64, depths=(1, 1, 1, 1), dims=(8, 8, 16, 16)),
    extractor=replace(TINY.extractor, width=16, heads=2, mlp=16, local_hidden=16, statistics=5),
    language=replace(TINY.language, hidden=24, layers=2, heads=2, intermediate=32, lora_rank=4, lora_alpha=8),
)
WEIGHT = "language.model.layers.1.mlp.up_proj.weight"


@pytest.fixture
def seagull() -> Seagull:
    network = build(SMALL, WordTokens.of_this_project())
    network.extractor.local_view.fit_statistics(1e5 * torch.rand(50, 5))
    return network


def assert_same(ours: dict[str, Tensor], theirs: dict[str, Tensor]) -> None:
    assert ours.keys() == theirs.keys()
    assert [name for name, tensor in ours.items() if not torch.equal(tensor, theirs[name])] == []


def adapt(seagull: Seagull) -> None:
    """LoRA with additions that are not zero."""
    seagull.language = with_lora(seagull.language, SMALL.language)
    for name, parameter in seagull.language.named_parameters():
        if ".lora_" in name:
            nn.init.normal_(parameter, std=0.3)


def test_what_is_loaded_lies_in_memory_as_what_is_made(seagull: Seagull, tmp_path: Path) -> None:
    """An EPYC rounded otherwise with weights as they lie in the file, so a version and its network differed by 1e-7."""
    save_version(tmp_path / "version", seagull, {})

    loaded = load_version(tmp_path / "version")

    assert {tensor.data_ptr() % LINE_BYTES for tensor in loaded.state_dict().values()} == {0}


def test_a_version_loads_as_it_was_saved(seagull: Seagull, tmp_path: Path) -> None:
    sha256 = save_version(tmp_path / "version", seagull, {"srocc": 0.8}, parent="b" * 64)

    loaded = load_version(tmp_path / "version")

    assert_same(loaded.state_dict(), seagull.state_dict())
    assert (loaded.config, loaded.tokens.encode("Yes. No.")) == (SMALL, seagull.tokens.encode("Yes. No."))
    assert not loaded.training
    described = describe(tmp_path / "version")
    assert (described.sha256, described.parent, described.metrics) == (sha256, "b" * 64, {"srocc": 0.8})
    assert everything_under(tmp_path / "version") == [
        "config.json",
        "manifest.json",
        "metrics.json",
        "tokens.json",
        "weights.safetensors",
    ]


def test_others_may_read_a_version(seagull: Seagull, tmp_path: Path) -> None:
    save_version(tmp_path / "version", seagull, {})

    assert len({path.stat().st_mode for path in (tmp_path / "version").iterdir()}) == 1


def test_the_same_network_is_the_same_version(seagull: Seagull, tmp_path: Path) -> None:
    first = save_version(tmp_path / "first", seagull, {"srocc": 0.8})
    second = save_version(tmp_path / "second", load_version(tmp_path / "first"), {"srocc": 0.8})

    assert first == second


def test_parameters_take_the_wanted_precision_and_buffers_keep_theirs(seagull: Seagull, tmp_path: Path) -> None:
    save_version(tmp_path / "version", seagull, {})

    loaded = load_version(tmp_path / "version", dtype=torch.bfloat16)

    assert {parameter.dtype for parameter in loaded.parameters()} == {torch.bfloat16}
    assert_same(dict(loaded.named_buffers()), dict(seagull.named_buffers()))


@pytest.mark.parametrize("stored", [torch.float16, torch.bfloat16, torch.float32])
def test_a_gpu_takes_the_precision_that_most_numbers_are_stored_in(
    seagull: Seagull, tmp_path: Path, stored: torch.dtype
) -> None:
    seagull.to(stored).projector.float()  # as after fine-tuning: what was trained is float32
    save_version(tmp_path / "version", seagull, {})

    found = [precision(tmp_path / "version", torch.device(place)) for place in ("cuda", "cpu")]

    assert found == [stored, torch.float32]


def test_large_weights_are_several_files(seagull: Seagull, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "SHARD_BYTES", 60_000)

    save_version(tmp_path / "version", seagull, {})

    files = weight_files(tmp_path / "version", read_manifest(tmp_path / "version"))
    sizes = [sum(tensor.nbytes for tensor in load_file(path).values()) for path in files]
    assert len(files) > 2
    assert max(sizes) <= 60_000
    assert_same(load_version(tmp_path / "version").state_dict(), seagull.state_dict())


def test_a_fine_tuned_version_loads_by_itself(seagull: Seagull, tmp_path: Path) -> None:
    before = seagull.state_dict()[WEIGHT].clone()
    adapt(seagull)
    while_tuned = {name: tensor.clone() for name, tensor in seagull.state_dict().items()}

    save_version(tmp_path / "version", seagull, {})

    loaded = load_version(tmp_path / "version").state_dict()
    assert_same(seagull.state_dict(), while_tuned)
    seagull.language = merge(seagull.language)
    for name, tensor in seagull.state_dict().items():
        torch.testing.assert_close(loaded[name], tensor)
    assert not torch.allclose(loaded[WEIGHT], before, atol=0.01)


def test_additions_to_half_precision_are_rounded_once(seagull: Seagull) -> None:
    seagull.to(torch.bfloat16)
    own = seagull.state_dict()[WEIGHT].float()
    adapt(seagull)
    first, second = (
        tensor.float() for name, tensor in seagull.state_dict().items() if ".layers.1.mlp.up_proj.lora_" in name
    )

    stored = dict(plain_state(seagull))[WEIGHT]

    scale = SMALL.language.lora_alpha / SMALL.language.lora_rank
    torch.testing.assert_close(stored, (own + scale * second @ first).bfloat16(), rtol=2**-7, atol=2**-10)


def test_a_version_is_never_written_over(seagull: Seagull, tmp_path: Path) -> None:
    save_version(tmp_path / "version", seagull, {})

    with pytest.raises(VersionError, match="a version is never changed"):
        save_version(tmp_path / "version", seagull, {})


def test_what_a_killed_process_left_is_no_version_and_no_obstacle(seagull: Seagull, tmp_path: Path) -> None:
    (tmp_path / ".version.part").mkdir()
    (tmp_path / ".version.part" / "weights.safetensors").write_bytes(b"half")

    save_version(tmp_path / "version", seagull, {})

    assert [path.name for path in tmp_path.iterdir()] == ["version"]
    assert_same(load_version(tmp_path / "version").state_dict(), seagull.state_dict())


@pytest.mark.parametrize("number", [torch.nan, torch.inf, -torch.inf])
def test_weights_that_are_not_finite_are_neither_saved_nor_loaded(
    number: float, seagull: Seagull, tmp_path: Path
) -> None:
    save_version(tmp_path / "good", seagull, {})
    rewrite(tmp_path / "good", {WEIGHT: torch.full((32, 24), number)})
    with torch.no_grad():
        seagull.get_parameter(WEIGHT)[3, 4] = number

    with pytest.raises(VersionError, match=rf"the weights of {WEIGHT} are not finite"):
        save_version(tmp_path / "bad", seagull, {})
    with pytest.raises(VersionError, match=rf"the weights of {WEIGHT} are not finite"):
        load_version(tmp_path / "good")
    assert [path.name for path in tmp_path.iterdir()] == ["good"]


def test_a_changed_bit_of_a_weight_is_refused(seagull: Seagull, tmp_path: Path) -> None:
    save_version(tmp_path / "version", seagull, {})
    with (tmp_path / "version" / "weights.safetensors").open("r+b") as file:
        file.seek(-3, 2)
        file.write(b"\x01")

    with pytest.raises(VersionError, match=r"weights\.safetensors has changed"):
        load_version(tmp_path / "version")


@pytest.mark.parametrize(
    ("other", "complaint"),
    [
        ({"language.extra": torch.zeros(3)}, "those of language.extra are in excess"),
        ({WEIGHT: torch.zeros(24, 32)}, rf"{WEIGHT} is \(24, 32\) instead of \(32, 24\)"),
        ({WEIGHT: None}, f"those of {WEIGHT} are missing"),
    ],
)
def test_weights_of_another_network_are_refused(
    other: dict[str, Tensor | None], complaint: str, seagull: Seagull, tmp_path: Path
) -> None:
    save_version(tmp_path / "version", seagull, {})
    rewrite(tmp_path / "version", other)

    with pytest.raises(VersionError, match=complaint):
        load_version(tmp_path / "version")


def test_a_configuration_of_another_network_is_refused(seagull: Seagull, tmp_path: Path) -> None:
    save_version(tmp_path / "version", seagull, {})
    write_config(tmp_path / "version", replace(SMALL, heads=False))
    write_manifest(tmp_path / "version", parent=None)

    with pytest.raises(VersionError, match=r"those of heads\S+ are in excess"):
        load_version(tmp_path / "version")


def test_a_version_without_words_is_refused(seagull: Seagull, tmp_path: Path) -> None:
    save_version(tmp_path / "version", seagull, {})
    (tmp_path / "version" / "tokens.json").unlink()
    write_manifest(tmp_path / "version", parent=None)

    with pytest.raises(VersionError, match=r"has neither tokens\.json nor tokenizer\.model"):
        load_version(tmp_path / "version")


def rewrite(version: Path, others: dict[str, Tensor | None]) -> None:
    """A version with other weights and a manifest that agrees; None takes one out."""
    weights = load_file(version / "weights.safetensors") | others
    save_file({name: tensor for name, tensor in weights.items() if tensor is not None}, version / "weights.safetensors")
    write_manifest(version, parent=None)
