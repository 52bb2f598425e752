"""From the published checkpoint to a model version."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from torch import Tensor
from tqdm import tqdm

from ml.judges.folders import SEAGULL, VLM, kind_of, open_version
from ml.judges.vlm.folder import read_vlm
from ml.seagull.manifest import CONFIG, Manifest, check_file, check_files, read_manifest
from ml.seagull.presets import SeagullConfig
from ml.seagull.released import Match, ReleasedError, match
from ml.seagull.tokens import GLOBAL, LOCAL, SentencePieceTokens
from ml.seagull.versions import PIECES, check_fit, empty_network, weight_shapes, write_version
from ml.weights.reading import read_json, read_shapes, read_sizes, read_tensors

ADDED: Final = "added_tokens.json"


@dataclass(frozen=True)
class Converted:
    """`sha256` is the version's; `match` says which tensors it took and which it did not need."""

    sha256: str
    match: Match


def convert(
    folder: Path, out: Path, dtype: torch.dtype = torch.float16, config: SeagullConfig | None = None
) -> Converted:
    """Writes the checkpoint in `folder` as version `out`, by default in the half precision it is published in.

    `config` is read from the folder where none is given. Memory holds one output file's tensors at a time. Raises
    ReleasedError for a checkpoint that is not the published one, VersionError where `out` cannot be written.
    """
    config = config or read_sizes(folder)
    found = match(read_shapes(folder), config)
    tokens = read_tokens(folder, config)
    return Converted(write_version(out, config, _renamed(folder, found.ours, dtype), tokens, metrics={}), found)


def read_tokens(folder: Path, config: SeagullConfig) -> SentencePieceTokens:
    """The tokeniser, whose ids fit the language model. Raises ReleasedError and TokenError."""
    if not (folder / PIECES).exists():
        raise ReleasedError(f"{folder} is not the published checkpoint: it has no {PIECES}")
    tokens = SentencePieceTokens(folder / PIECES)
    wanted = {GLOBAL: tokens.global_id, LOCAL: tokens.local_id}
    added = read_json(folder / ADDED)
    if added != wanted:
        raise ReleasedError(f"{folder / ADDED} says {added}, but after the pieces of {PIECES} come {wanted}")
    if tokens.size != config.language.vocabulary:
        raise ReleasedError(f"{folder} has {tokens.size} tokens and {config.language.vocabulary} word embeddings")
    return tokens


def check_version(directory: Path) -> str:
    """Hashes, and a SEAGULL network's names and shapes; returns the version's SHA-256. Raises VersionError and TokenError."""
    manifest = read_manifest(directory)
    check_file(directory, manifest, CONFIG)  # before it is asked of which kind the others are
    kind = kind_of(directory)
    if kind == SEAGULL:
        _check_network(directory, manifest)
    elif kind == VLM:
        read_vlm(directory)  # also the files that lie elsewhere
    else:
        open_version(directory, kind)
    return manifest.sha256


def _check_network(directory: Path, manifest: Manifest) -> None:
    check_files(directory, manifest)
    check_fit(weight_shapes(directory, manifest), empty_network(directory, manifest))


def check_released(folder: Path, config: SeagullConfig | None = None) -> Match:
    """Names, shapes and tokeniser of a published folder. Raises ReleasedError and TokenError."""
    config = config or read_sizes(folder)
    read_tokens(folder, config)
    return match(read_shapes(folder), config)


def _renamed(folder: Path, ours: Mapping[str, str], dtype: torch.dtype) -> Iterator[tuple[str, Tensor]]:
    with tqdm(total=len(ours), desc="converting", unit="tensor", disable=None) as bar:
        for name, tensor in read_tensors(folder):
            if name in ours:
                yield ours[name], tensor.to(dtype)
                bar.update()
