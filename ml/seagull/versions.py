"""Model versions on disk: a directory with everything needed to load the network, hashed file by file, never pickled."""

import math
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from ml.seagull.language import plain
from ml.seagull.manifest import (
    CONFIG,
    Manifest,
    VersionError,
    check_files,
    read_config,
    read_manifest,
    write_config,
    write_manifest,
    write_metrics,
)
from ml.seagull.network import Seagull, build
from ml.seagull.presets import SeagullConfig
from ml.seagull.tokens import SentencePieceTokens, Tokens, WordTokens

WORDS: Final = "tokens.json"
PIECES: Final = "tokenizer.model"
SUFFIX: Final = ".safetensors"
PRECISIONS: Final = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
"""By their names in safetensors' files."""
LINE_BYTES: Final = 64
"""Of memory, as torch takes it for what it makes itself."""
SHARD_BYTES: Final = 2_000_000_000
"""Of one weights file; so much of a large model is in memory while it is written."""


def save_version(directory: Path, seagull: Seagull, metrics: Mapping[str, Any], parent: str | None = None) -> str:
    """Writes a network to a directory that must not exist yet, and returns the version's SHA-256.

    LoRA's additions are stored inside the weights they belong to, so a fine-tuned version needs neither its parent nor
    peft; `seagull` itself stays as it is. Raises VersionError for weights that are not finite.
    """
    return write_version(directory, seagull.config, plain_state(seagull), seagull.tokens, metrics, parent)


def write_version(
    directory: Path,
    config: SeagullConfig,
    weights: Iterable[tuple[str, Tensor]],
    tokens: Tokens,
    metrics: Mapping[str, Any],
    parent: str | None = None,
) -> str:
    """As `save_version`, from tensors one after the other. The directory gets its name once it is whole."""
    if directory.exists():
        raise VersionError(f"{directory} is there already, and a version is never changed; choose another name")
    part = directory.with_name(f".{directory.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        write_config(part, config)
        write_metrics(part, metrics)
        tokens.save(part / (PIECES if isinstance(tokens, SentencePieceTokens) else WORDS))
        for number, shard in enumerate(_shards(weights), start=1):
            path = part / (f"weights{SUFFIX}" if number == 1 else f"weights-{number}{SUFFIX}")
            save_file(shard, path)
            shutil.copymode(part / CONFIG, path)  # safetensors lets nobody else read what it writes
        sha256 = write_manifest(part, parent)
        part.rename(directory)
    except BaseException:
        shutil.rmtree(part)
        raise
    return sha256


def load_version(directory: Path, device: torch.device | str = "cpu", dtype: torch.dtype = torch.float32) -> Seagull:
    """The network of a version, ready to be asked. Parameters take `dtype`, buffers keep the one they were stored in.

    Every hash is checked first. The weights go straight to `device`, so that there is one copy of them in memory.
    Raises VersionError for files that are changed, missing or in excess, another format, and weights that do not fit
    or are not finite.
    """
    manifest = read_manifest(directory)
    check_files(directory, manifest)
    seagull = empty_network(directory, manifest)
    weights: dict[str, Tensor] = {}
    for path in weight_files(directory, manifest):
        with safe_open(path, framework="pt", device=str(device)) as file:
            weights |= {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
    check_fit({name: tuple(tensor.shape) for name, tensor in weights.items()}, seagull)
    for name, _ in seagull.named_parameters():
        weights[name] = weights[name].to(dtype)
    for name, tensor in weights.items():
        _check_finite(name, tensor)
        weights[name] = _aligned(tensor)
    seagull.load_state_dict(weights, assign=True)
    return seagull.eval()


def precision(directory: Path, place: torch.device) -> torch.dtype:
    """To load a version with: float32 on a CPU, elsewhere the type that most of its numbers are stored in.

    Raises VersionError.
    """
    if place.type == "cpu":
        return torch.float32
    numbers = dict.fromkeys(PRECISIONS, 0)
    for path in weight_files(directory, read_manifest(directory)):
        with _opened(path) as file:
            for name in file.keys():  # noqa: SIM118 - not a dict
                part = file.get_slice(name)
                numbers[part.get_dtype()] = numbers.get(part.get_dtype(), 0) + math.prod(part.get_shape())
    return PRECISIONS[max(PRECISIONS, key=lambda one: numbers[one])]


def empty_network(directory: Path, manifest: Manifest) -> Seagull:
    """A version's network with shapes but no numbers. Raises VersionError, and TokenError for a bad tokeniser file."""
    with torch.device("meta"):
        return build(read_config(directory), _load_tokens(directory, manifest))


def weight_files(directory: Path, manifest: Manifest) -> list[Path]:
    return [directory / name for name in sorted(manifest.files) if name.endswith(SUFFIX)]


def weight_shapes(directory: Path, manifest: Manifest) -> dict[str, tuple[int, ...]]:
    """From the files' headers. Raises VersionError."""
    shapes: dict[str, tuple[int, ...]] = {}
    for path in weight_files(directory, manifest):
        with _opened(path) as file:
            shapes |= {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
    return shapes


def check_fit(found: Mapping[str, Sequence[int]], seagull: Seagull) -> None:
    """Names and shapes against those of a network. Raises VersionError with the first that differs."""
    wanted = {name: tuple(tensor.shape) for name, tensor in seagull.state_dict().items()}
    for name in sorted(set(found) ^ set(wanted)):
        what = "are missing" if name in wanted else "are in excess"
        raise VersionError(f"the weights do not fit the configuration: those of {name} {what}")
    for name, shape in wanted.items():
        if tuple(found[name]) != shape:
            raise VersionError(f"the weights do not fit the configuration: {name} is {found[name]} instead of {shape}")


def plain_state(seagull: Seagull) -> Iterator[tuple[str, Tensor]]:
    """Names and weights of the network without LoRA: as they are, or with its additions in copies of them."""
    for name, tensor in seagull.state_dict().items():
        if not name.startswith("language."):
            yield name, tensor
    language = plain(seagull.language)
    for name, tensor in language.state_dict().items():
        if ".lora_" in name:
            continue
        owner = name.removesuffix(".base_layer.weight")
        weight = tensor if owner == name else _with_additions(language.get_submodule(owner), tensor)
        yield f"language.{name.replace('.base_layer', '')}", weight


def _opened(path: Path) -> Any:
    try:
        return safe_open(path, framework="pt")
    except SafetensorError as error:
        raise VersionError(f"{path} is not a safetensors file: {error}") from error


def _with_additions(layer: Any, weight: Tensor) -> Tensor:
    """Of a peft LoraLayer; summed in float32, rounded once."""
    total = weight.float()
    for adapter in layer.active_adapters:
        total = total + layer.get_delta_weight(adapter).float()
    return total.to(weight.dtype)


def _shards(weights: Iterable[tuple[str, Tensor]]) -> Iterator[dict[str, Tensor]]:
    """At most SHARD_BYTES each, but at least one tensor. Raises VersionError."""
    shard: dict[str, Tensor] = {}
    for name, tensor in weights:
        _check_finite(name, tensor)
        if shard and sum(kept.nbytes for kept in shard.values()) + tensor.nbytes > SHARD_BYTES:
            yield shard
            shard = {}
        shard[name] = tensor.detach().cpu().contiguous()
    yield shard


def _check_finite(name: str, tensor: Tensor) -> None:
    least_and_greatest = torch.stack(torch.aminmax(tensor))  # NaN if any is; 40 times as fast as asking each number
    if not least_and_greatest.isfinite().all():
        raise VersionError(f"the weights of {name} are not finite: this is no network to keep")


def _aligned(tensor: Tensor) -> Tensor:
    """On a CPU a tensor lies in memory as it lies in its file, and some processors round otherwise where no line begins."""
    return tensor if tensor.data_ptr() % LINE_BYTES == 0 else tensor.clone()


def _load_tokens(directory: Path, manifest: Manifest) -> Tokens:
    if PIECES in manifest.files:
        return SentencePieceTokens(directory / PIECES)
    if WORDS in manifest.files:
        return WordTokens.load(directory / WORDS)
    raise VersionError(f"{directory} has neither {WORDS} nor {PIECES}")
