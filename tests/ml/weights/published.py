"""A made-up checkpoint in the published form: the real names, random numbers, any sizes."""

import functools
import io
import itertools
import json
import math
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Literal

import torch
from safetensors.torch import save_file
from sentencepiece import SentencePieceTrainer
from torch import Tensor

from ml.seagull.presets import SEVEN_B, SeagullConfig
from ml.seagull.released import ReleasedTensor, released_tensors
from ml.seagull.tokens import sentences

Form = Literal["bin", "safetensors", "one bin", "one safetensors"]
PIECES = 400
"""Enough that the words which answers begin with are different pieces, as LLaMA's are."""
SMALL = replace(
    SEVEN_B,
    encoder=replace(SEVEN_B.encoder, side=64, dims=(8, 12, 16, 24)),
    extractor=replace(SEVEN_B.extractor, width=16, heads=2, mlp=40, local_hidden=20),
    language=replace(SEVEN_B.language, vocabulary=PIECES + 2, hidden=32, layers=2, heads=2, intermediate=48),
)
"""Every tensor of the published checkpoint but those of 30 layers, all of them small."""
PUBLISHED_SIZE = replace(
    SEVEN_B,
    encoder=replace(SEVEN_B.encoder, depths=(1, 1, 2, 1)),
    language=replace(SEVEN_B.language, vocabulary=PIECES + 2, layers=1, intermediate=256),
)
"""Extractor and projector as published; fewer blocks, layers and words."""


def publish(folder: Path, config: SeagullConfig, form: Form = "bin", seed: int = 1) -> dict[str, Tensor]:
    """Writes a checkpoint's folder and returns its tensors."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = random_tensors(released_tensors(config), seed)
    write_settings(folder, config)
    write_tensors(folder, tensors, form)
    return tensors


def write_settings(folder: Path, config: SeagullConfig) -> None:
    """Everything but the tensors."""
    language = config.language
    content = {
        "model_type": "seagull",
        "architectures": ["OspreyLlamaForCausalLM"],
        "hidden_size": language.hidden,
        "num_hidden_layers": language.layers,
        "num_attention_heads": language.heads,
        "intermediate_size": language.intermediate,
        "max_position_embeddings": language.positions,
        "vocab_size": language.vocabulary,
        "rms_norm_eps": 1e-5,
        "rope_scaling": None,
        "mm_projector_type": "mlp2x_gelu",
    }
    (folder / "config.json").write_text(json.dumps(content))
    (folder / "added_tokens.json").write_text(json.dumps({"<global>": PIECES, "<local>": PIECES + 1}))
    (folder / "tokenizer.model").write_bytes(pieces())


def write_tensors(folder: Path, tensors: dict[str, Tensor], form: Form = "bin") -> None:
    """The two shards of a published form with their index, or one file."""
    suffix = "bin" if form.endswith("bin") else "safetensors"
    stem = "pytorch_model" if suffix == "bin" else "model"
    if form.startswith("one"):
        write_file(folder / f"{stem}.{suffix}", tensors)
        return
    names = [f"{stem}-0000{number}-of-00002.{suffix}" for number in (1, 2)]
    places = dict(zip(tensors, itertools.cycle((names[0], names[0], names[1]))))
    for shard in names:
        write_file(folder / shard, {name: tensor for name, tensor in tensors.items() if places[name] == shard})
    total = sum(tensor.nbytes for tensor in tensors.values())
    index = {"metadata": {"total_size": total}, "weight_map": places}
    (folder / f"{stem}.{suffix}.index.json").write_text(json.dumps(index))


def write_file(path: Path, tensors: dict[str, Tensor]) -> None:
    if path.suffix == ".bin":
        torch.save(tensors, path)
    else:
        save_file(tensors, path)


def random_tensors(wanted: Iterable[ReleasedTensor], seed: int) -> dict[str, Tensor]:
    """Half precision as published. Large enough for softmaxes and norms to matter, small enough not to overflow."""
    numbers = torch.Generator().manual_seed(seed)
    noise = torch.randn(1 << 20, generator=numbers)
    return {tensor.name: _random(tensor, noise, numbers) for tensor in wanted}


def _random(tensor: ReleasedTensor, noise: Tensor, numbers: torch.Generator) -> Tensor:
    """Cut from the same noise at another place each time: drawing a hundred million numbers would take seconds."""
    count = math.prod(tensor.shape)
    start = int(torch.randint(len(noise) // 2, (), generator=numbers))
    scale = 0.5 if len(tensor.shape) == 1 else 1.2 * math.prod(tensor.shape[1:]) ** -0.5
    cut = (noise[start : start + min(count, len(noise) // 2)] * scale).half()
    return cut.repeat(count // len(cut) + 1)[:count].reshape(tensor.shape).clone()


@functools.cache
def pieces() -> bytes:
    """A LLaMA-like tokeniser of few pieces."""
    model = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter([*sentences()] * 3),
        model_writer=model,
        vocab_size=PIECES,
        model_type="bpe",
        minloglevel=2,
    )
    return model.getvalue()
