"""The published checkpoint's folder: which files hold its tensors, and the tensors one file after the other."""

import json
import pickle
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from ml.seagull.language import NORM_EPS, ROTARY_BASE
from ml.seagull.presets import SEVEN_B, SeagullConfig
from ml.seagull.released import ReleasedError

CONFIG: Final = "config.json"
INDEX: Final = "pytorch_model.bin.index.json"
INDEXES: Final = ("model.safetensors.index.json", INDEX)
WHOLE: Final = ("model.safetensors", "pytorch_model.bin")
SHARD: Final = re.compile(r"[\w.-]+\.(bin|safetensors)")
SIZES: Final = {
    "vocab_size": "vocabulary",
    "hidden_size": "hidden",
    "num_hidden_layers": "layers",
    "num_attention_heads": "heads",
    "intermediate_size": "intermediate",
    "max_position_embeddings": "positions",
}
FIXED: Final = {
    "rms_norm_eps": NORM_EPS,
    "rope_theta": ROTARY_BASE,
    "rope_scaling": None,
    "hidden_act": "silu",
    "mm_projector_type": "mlp2x_gelu",
}
"""What the code here takes for granted; a checkpoint's config.json may leave it out, but not say otherwise."""


def read_sizes(folder: Path) -> SeagullConfig:
    """7b with the language model's sizes from the folder's config.json. Raises ReleasedError."""
    content = read_json(folder / CONFIG)
    for name, value in (FIXED | {"num_key_value_heads": content.get("num_attention_heads")}).items():
        if content.get(name, value) != value:
            raise ReleasedError(f"{folder / CONFIG} says {name} {content[name]}; only {value} can be read")
    missing = [name for name in SIZES if not isinstance(content.get(name), int)]
    if missing:
        raise ReleasedError(f"{folder / CONFIG} has no whole number for {', '.join(missing)}")
    return replace(SEVEN_B, language=replace(SEVEN_B.language, **{SIZES[name]: content[name] for name in SIZES}))


def read_json(path: Path) -> dict[str, Any]:
    """Raises ReleasedError."""
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise ReleasedError(f"{path.parent} is not the published checkpoint: it has no {path.name}") from None
    except ValueError as error:
        raise ReleasedError(f"{path} is not JSON: {error}") from error
    if not isinstance(content, dict):
        raise ReleasedError(f"{path} is not a JSON object")
    return content


def shard_names(index: Path) -> dict[str, str]:
    """Each tensor's file by an index. Raises ReleasedError."""
    places = read_json(index).get("weight_map")
    if not isinstance(places, dict) or not all(isinstance(name, str) for name in places.values()):
        raise ReleasedError(f"{index} has no weight_map from tensors to files")
    strange = [name for name in places.values() if not SHARD.fullmatch(name)]
    if strange:
        raise ReleasedError(f"{index} names {strange[0]!r}, which is no .bin or .safetensors file beside it")
    return places


def read_shapes(folder: Path) -> dict[str, tuple[int, ...]]:
    """Of all tensors, without reading their numbers. Raises ReleasedError, also where index and files disagree."""
    shapes: dict[str, tuple[int, ...]] = {}
    files = _files(folder)
    for path, promised in files.items():
        held = _shapes_in(path)
        for name in sorted(set(held) ^ promised if promised else set(held) & set(shapes)):
            raise ReleasedError(f"{path} {'holds' if name in held else 'lacks'} {name}, but the index says otherwise")
        shapes |= held
    return shapes


def read_tensors(folder: Path) -> Iterator[tuple[str, Tensor]]:
    """File by file, never two files in memory. Raises ReleasedError."""
    for path in _files(folder):
        if path.suffix == ".bin":
            yield from _load(path).items()
        else:
            with _open(path) as file:
                for name in file.keys():  # noqa: SIM118 - not a dict
                    yield name, file.get_tensor(name)


def _files(folder: Path) -> dict[Path, set[str]]:
    """The files that hold tensors, with the names that an index promises in each; none for a single file."""
    for name in INDEXES:
        if (folder / name).exists():
            places = shard_names(folder / name)
            shards = sorted(set(places.values()))
            return {folder / shard: {key for key, place in places.items() if place == shard} for shard in shards}
    for name in WHOLE:
        if (folder / name).exists():
            return {folder / name: set()}
    raise ReleasedError(f"{folder} holds no checkpoint: none of {', '.join((*INDEXES, *WHOLE))} is there")


def _shapes_in(path: Path) -> dict[str, tuple[int, ...]]:
    if path.suffix == ".bin":
        return {name: tuple(tensor.shape) for name, tensor in _load(path).items()}
    with _open(path) as file:
        return {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118


def _load(path: Path) -> Mapping[str, Tensor]:
    """The numbers stay in the file until they are used. Whatever is no plain tensor is refused, never executed."""
    try:
        content = torch.load(path, map_location="cpu", mmap=True, weights_only=True)
    except FileNotFoundError:
        raise ReleasedError(f"{path} is missing") from None
    except (pickle.UnpicklingError, RuntimeError, EOFError) as error:
        raise ReleasedError(f"{path} is not a file of tensors as torch writes it: {error}") from error
    if not isinstance(content, dict) or not all(isinstance(tensor, Tensor) for tensor in content.values()):
        raise ReleasedError(f"{path} holds something else than named tensors")
    return content


def _open(path: Path) -> Any:
    try:
        return safe_open(path, framework="pt")
    except FileNotFoundError:
        raise ReleasedError(f"{path} is missing") from None
    except SafetensorError as error:
        raise ReleasedError(f"{path} is not a safetensors file: {error}") from error
