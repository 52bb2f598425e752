"""The sizes on docs/model.md are those of the presets and of the published checkpoint."""

import math
from pathlib import Path

import pytest
import torch

from ml.seagull.network import build
from ml.seagull.presets import PRESETS, SEVEN_B, TINY, SeagullConfig
from ml.seagull.released import released_tensors
from ml.seagull.tokens import WordTokens

PAGE = (Path(__file__).parents[3] / "docs" / "model.md").read_text(encoding="utf-8")
PRESET_TABLE = [row.split("|")[1:-1] for row in PAGE.partition("\n## ")[0].splitlines() if row.startswith("|")]
CELLS = {row[0].strip(): [cell.strip() for cell in row[1:]] for row in PRESET_TABLE}


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_described_with_its_sizes(name: str) -> None:
    config, column = PRESETS[name], ["tiny", "7b"].index(name)
    encoder, language = config.encoder, config.language
    depths, widths = (" ".join(map(str, numbers)) for numbers in (encoder.depths, encoder.dims))

    assert CELLS["input"][column].startswith(f"{encoder.side} x {encoder.side}, 3 colours")
    assert f"depths {depths}, widths {widths}" in CELLS["encoder"][column]
    assert CELLS["extractor"][column].startswith(f"width {config.extractor.width}")
    sizes = f"{language.layers} layers, width {language.hidden}, {language.vocabulary} words"
    assert CELLS["language model"][column].endswith(sizes)
    assert CELLS["parameters"][column].split(" (")[0] == f"{parameters(config) / 1e6:.1f} million"


def test_what_the_small_preset_has_beside_is_described() -> None:
    assert f"and {TINY.encoder.eye_maps} low-level maps" in CELLS["input"][0]
    assert f"and {TINY.extractor.statistics} statistics" in CELLS["extractor"][0]


@pytest.mark.parametrize(
    ("part", "prefixes"),
    [
        ("encoder", "model.vision_tower."),
        ("projector", "model.mm_projector."),
        ("extractor", "mask_extractor."),
        ("language model", ("model.layers.", "model.embed_tokens.", "model.norm.", "lm_head.")),
    ],
)
def test_a_published_part_is_counted(part: str, prefixes: str | tuple[str, ...]) -> None:
    found = [tensor for tensor in released_tensors(SEVEN_B) if tensor.name.startswith(prefixes)]

    assert f"| {part} | {len(found)} | {sum(math.prod(tensor.shape) for tensor in found):,} |" in PAGE


def parameters(config: SeagullConfig) -> int:
    with torch.device("meta"):
        return sum(parameter.numel() for parameter in build(config, WordTokens.of_this_project()).parameters())
