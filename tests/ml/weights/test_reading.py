import json
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from ml.seagull.presets import SEVEN_B
from ml.seagull.released import ReleasedError
from ml.weights.reading import read_shapes, read_sizes, read_tensors
from tests.ml.weights.published import SMALL, Form, write_settings, write_tensors

TENSORS = {"a.weight": torch.arange(6).half().reshape(2, 3), "a.bias": torch.ones(2).half(), "b": torch.zeros(1, 1)}


class Harmful:
    """Touches a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def rewrite_index(folder: Path, **places: str | None) -> None:
    """Changes the index's file for some tensors, or takes them out of it."""
    path = folder / "pytorch_model.bin.index.json"
    index = json.loads(path.read_text())
    changed = {name: place for name, place in (index["weight_map"] | places).items() if place is not None}
    path.write_text(json.dumps(index | {"weight_map": changed}))


@pytest.mark.parametrize("form", ["bin", "safetensors", "one bin", "one safetensors"])
def test_every_form_is_read(form: Form, tmp_path: Path) -> None:
    write_tensors(tmp_path, TENSORS, form)

    found = dict(read_tensors(tmp_path))

    assert read_shapes(tmp_path) == {"a.weight": (2, 3), "a.bias": (2,), "b": (1, 1)}
    assert {name: tensor.tolist() for name, tensor in found.items()} == {
        name: tensor.tolist() for name, tensor in TENSORS.items()
    }


def test_an_empty_folder_is_no_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(ReleasedError, match=r"holds no checkpoint: none of model\.safetensors\.index\.json, "):
        read_shapes(tmp_path)


@pytest.mark.parametrize("form", ["bin", "safetensors"])
def test_a_missing_shard_is_named(form: Form, tmp_path: Path) -> None:
    write_tensors(tmp_path, TENSORS, form)
    next(tmp_path.glob("*-00002-of-*")).unlink()

    with pytest.raises(ReleasedError, match=r"-00002-of-00002\.\w+ is missing$"):
        read_shapes(tmp_path)


@pytest.mark.parametrize("form", ["bin", "safetensors"])
def test_a_broken_shard_is_named(form: Form, tmp_path: Path) -> None:
    write_tensors(tmp_path, TENSORS, form)
    broken = next(tmp_path.glob("*-00001-of-*"))
    broken.write_bytes(broken.read_bytes()[:70])

    with pytest.raises(ReleasedError, match=rf"{broken.name} is not a (file of tensors|safetensors file)"):
        read_shapes(tmp_path)


def test_a_pickle_that_would_run_something_is_refused_unrun(tmp_path: Path) -> None:
    torch.save({"a": Harmful(tmp_path / "touched")}, tmp_path / "pytorch_model.bin")
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "pytorch_model.bin").write_bytes(pickle.dumps(Harmful(tmp_path / "touched")))

    for folder in (tmp_path, tmp_path / "old"):
        with pytest.raises(ReleasedError, match="is not a file of tensors as torch writes it"):
            read_shapes(folder)
    assert not (tmp_path / "touched").exists()


@pytest.mark.parametrize("content", [[torch.zeros(1)], {"a": {"b": torch.zeros(1)}}, torch.zeros(1)])
def test_a_file_of_something_else_than_named_tensors_is_refused(content: object, tmp_path: Path) -> None:
    torch.save(content, tmp_path / "pytorch_model.bin")

    with pytest.raises(ReleasedError, match="holds something else than named tensors"):
        read_shapes(tmp_path)


def test_a_tensor_in_another_file_than_the_index_says_is_found(tmp_path: Path) -> None:
    write_tensors(tmp_path, TENSORS)
    rewrite_index(tmp_path, b="pytorch_model-00001-of-00002.bin", **{"a.bias": "pytorch_model-00002-of-00002.bin"})

    with pytest.raises(ReleasedError, match=r"00001-of-00002\.bin holds a\.bias, but the index says otherwise"):
        read_shapes(tmp_path)


def test_a_tensor_that_the_index_promises_in_vain_is_named(tmp_path: Path) -> None:
    write_tensors(tmp_path, TENSORS)
    rewrite_index(tmp_path, c="pytorch_model-00002-of-00002.bin")

    with pytest.raises(ReleasedError, match=r"00002-of-00002\.bin lacks c, but the index says otherwise"):
        read_shapes(tmp_path)


@pytest.mark.parametrize("place", ["../pytorch_model.bin", "/etc/passwd", "..", "", "shard.py"])
def test_an_index_stays_in_its_folder(place: str, tmp_path: Path) -> None:
    write_tensors(tmp_path, TENSORS)
    rewrite_index(tmp_path, b=place)

    with pytest.raises(ReleasedError, match=r"which is no \.bin or \.safetensors file beside it"):
        read_shapes(tmp_path)


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"weight_map": [1]}', '{"weight_map": {"a": 1}}'])
def test_an_index_without_a_map_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin.index.json").write_text(content)

    with pytest.raises(ReleasedError, match=r"is not JSON|is not a JSON object|has no weight_map"):
        read_shapes(tmp_path)


def test_safetensors_are_read_where_both_are_there(tmp_path: Path) -> None:
    write_tensors(tmp_path, TENSORS)
    save_file({"c": torch.zeros(4)}, tmp_path / "model.safetensors")
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"c": "model.safetensors"}}))

    assert read_shapes(tmp_path) == {"c": (4,)}


def test_the_language_models_sizes_are_those_of_the_folder(tmp_path: Path) -> None:
    write_settings(tmp_path, SMALL)

    assert read_sizes(tmp_path) == replace(SEVEN_B, language=SMALL.language)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rms_norm_eps", 1e-6),
        ("num_key_value_heads", 1),
        ("rope_theta", 1e6),
        ("rope_scaling", {"type": "linear", "factor": 2.0}),
        ("mm_projector_type", "linear"),
    ],
)
def test_another_kind_of_network_is_refused(name: str, value: object, tmp_path: Path) -> None:
    write_settings(tmp_path, SMALL)
    content = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(content | {name: value}))

    with pytest.raises(ReleasedError, match=rf"config\.json says {name} "):
        read_sizes(tmp_path)


def test_a_size_that_is_missing_is_named(tmp_path: Path) -> None:
    write_settings(tmp_path, SMALL)
    content = json.loads((tmp_path / "config.json").read_text())
    del content["hidden_size"]
    (tmp_path / "config.json").write_text(json.dumps(content))

    with pytest.raises(ReleasedError, match="has no whole number for hidden_size"):
        read_sizes(tmp_path)
