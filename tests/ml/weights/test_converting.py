"""The published checkpoint's way into this network: same tensors, same numbers out."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from ml.seagull.manifest import VersionError, describe
from ml.seagull.network import Seagull
from ml.seagull.preprocessing import RegionInputs
from ml.seagull.presets import SeagullConfig
from ml.seagull.released import ReleasedError, released_tensors
from ml.seagull.versions import load_version
from ml.weights.converting import check_released, check_version, convert
from tests.ml.weights.arithmetic import VISUAL, Published
from tests.ml.weights.published import PIECES, PUBLISHED_SIZE, SMALL, Form, publish, random_tensors, write_tensors


@pytest.fixture
def short_lived(tmp_path: Path) -> Iterator[Path]:
    """For a gigabyte that nobody looks at after the test."""
    yield tmp_path
    shutil.rmtree(tmp_path)


def regions_of(config: SeagullConfig) -> RegionInputs:
    """A large and a small region with different crops."""
    side = config.encoder.side
    masks, crops = torch.zeros(2, side, side), torch.randn(2, 3, side, side)
    masks[0, side // 8 : side // 2, side // 4 :] = 1
    masks[1, side // 2 : side // 2 + side // 6, 3 : side // 5] = 1
    return RegionInputs(masks, crops, torch.zeros(2, 0), (frozenset(), frozenset()))


def expected_tokens(published: Published, levels: list[Tensor], regions: RegionInputs) -> Tensor:
    pairs = zip(regions.masks, regions.crops, strict=True)
    return torch.stack([published.region_tokens(levels, mask, crop) for mask, crop in pairs])


@pytest.mark.parametrize("form", ["bin", "safetensors", "one bin", "one safetensors"])
@torch.no_grad()
def test_the_converted_network_sees_what_the_published_arithmetic_sees(form: Form, tmp_path: Path) -> None:
    published = Published(publish(tmp_path / "published", SMALL, form), heads=2)
    convert(tmp_path / "published", tmp_path / "version", config=SMALL)
    pixels, regions = torch.randn(1, 3, 64, 64), regions_of(SMALL)

    seagull = load_version(tmp_path / "version")
    seen = seagull.see(pixels)
    tokens = seagull.region_tokens(seen, regions)

    levels = published.levels(pixels)
    for ours, theirs in zip(seen.levels, levels, strict=True):
        torch.testing.assert_close(ours[0], theirs, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(seen.image_tokens[0], published.image_tokens(levels[2]), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(tokens, expected_tokens(published, levels, regions), rtol=1e-4, atol=1e-4)


@torch.no_grad()
def test_the_converted_language_model_reads_what_transformers_reads(tmp_path: Path) -> None:
    from transformers import LlamaConfig, LlamaForCausalLM  # slow import

    tensors, sizes = publish(tmp_path / "published", SMALL), SMALL.language
    convert(tmp_path / "published", tmp_path / "version", config=SMALL)
    numbers = {"num_hidden_layers": sizes.layers, "num_attention_heads": sizes.heads, "rms_norm_eps": 1e-5}
    wide = {"vocab_size": sizes.vocabulary, "hidden_size": sizes.hidden, "intermediate_size": sizes.intermediate}
    llama = LlamaForCausalLM(LlamaConfig(**numbers, **wide))
    names = set(llama.state_dict())
    llama.load_state_dict({name: tensor.float() for name, tensor in tensors.items() if name in names})
    ids = torch.randint(PIECES, (1, 50))

    ours = load_version(tmp_path / "version").language(input_ids=ids).logits

    torch.testing.assert_close(ours, llama(input_ids=ids).logits, rtol=1e-4, atol=1e-4)


@pytest.mark.slow
@torch.no_grad()
def test_the_extractor_of_the_published_size_gives_the_published_tokens(short_lived: Path) -> None:
    tensors, regions = publish(short_lived / "published", PUBLISHED_SIZE), regions_of(PUBLISHED_SIZE)
    convert(short_lived / "published", short_lived / "version", config=PUBLISHED_SIZE)
    shapes = zip((192, 384, 768, 1536), (128, 64, 32, 16), strict=True)
    levels = [torch.randn(1, channels, side, side) for channels, side in shapes]

    extractor = load_version(short_lived / "version", dtype=torch.float16).extractor.float()
    tokens = extractor(levels, extractor.keys_values(levels), regions.masks, regions.crops, regions.statistics)

    expected = expected_tokens(Published(tensors, heads=8), [level[0] for level in levels], regions)
    torch.testing.assert_close(tokens, expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("saved_as", ["gamma", "weight"])
@torch.no_grad()
def test_all_36_layer_scales_arrive_and_act(saved_as: str, tmp_path: Path) -> None:
    tensors = publish(tmp_path / "published", SMALL)
    renamed = {name.replace(".gamma", f".{saved_as}"): tensor for name, tensor in tensors.items()}
    write_tensors(tmp_path / "published", renamed)
    convert(tmp_path / "published", tmp_path / "version", config=SMALL)
    pixels = torch.randn(1, 3, 64, 64)

    encoder = load_version(tmp_path / "version").encoder
    before = encoder(pixels)[3]
    scales = {name: scale for name, scale in encoder.named_parameters() if name.endswith(".gamma")}

    assert len(scales) == 36
    for name, scale in scales.items():
        torch.testing.assert_close(scale.half(), tensors[VISUAL + name.removeprefix("trunk.")], rtol=0, atol=0)
        scale.mul_(2)
        assert not torch.equal(encoder(pixels)[3], before)
        scale.div_(2)


def test_every_tensor_is_used_or_reported(tmp_path: Path) -> None:
    tensors = publish(tmp_path / "published", SMALL)

    converted = convert(tmp_path / "published", tmp_path / "version", config=SMALL)

    assert {*converted.match.ours, *converted.match.unused} == set(tensors)
    assert check_version(tmp_path / "version") == converted.sha256
    assert describe(tmp_path / "version").config == SMALL


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_numbers_are_kept_or_rounded_to_bfloat16(dtype: torch.dtype, tmp_path: Path) -> None:
    tensors = publish(tmp_path / "published", SMALL)

    convert(tmp_path / "published", tmp_path / "version", dtype, SMALL)

    loaded = load_version(tmp_path / "version", dtype=dtype).projector[2].weight
    assert torch.equal(loaded, tensors["model.mm_projector.2.weight"].to(dtype))


def test_a_checkpoint_that_lacks_a_tensor_is_refused_and_leaves_no_version(tmp_path: Path) -> None:
    tensors = random_tensors(released_tensors(SMALL), seed=1)
    publish(tmp_path / "published", SMALL)
    del tensors["model.norm.weight"]
    write_tensors(tmp_path / "published", tensors)

    with pytest.raises(ReleasedError, match=r"1 tensor missing: model\.norm\.weight$"):
        convert(tmp_path / "published", tmp_path / "version", config=SMALL)
    with pytest.raises(ReleasedError, match=r"1 tensor missing: model\.norm\.weight$"):
        check_released(tmp_path / "published", SMALL)
    assert not (tmp_path / "version").exists()


def test_weights_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    tensors = publish(tmp_path / "published", SMALL)
    tensors["mask_extractor.res3.bias"][5] = torch.nan
    write_tensors(tmp_path / "published", tensors)

    with pytest.raises(VersionError, match=r"extractor\.global_view\.basic\.1\.bias are not finite"):
        convert(tmp_path / "published", tmp_path / "version", config=SMALL)
    assert [path.name for path in tmp_path.iterdir()] == ["published"]


def test_other_added_tokens_are_refused(tmp_path: Path) -> None:
    publish(tmp_path / "published", SMALL)
    (tmp_path / "published" / "added_tokens.json").write_text(json.dumps({"<mask>": PIECES, "<pos>": PIECES + 1}))

    with pytest.raises(ReleasedError, match=r"added_tokens\.json says .*<mask>"):
        convert(tmp_path / "published", tmp_path / "version", config=SMALL)


def test_a_tokeniser_of_another_size_is_refused(tmp_path: Path) -> None:
    larger = replace(SMALL, language=replace(SMALL.language, vocabulary=PIECES + 10))
    publish(tmp_path / "published", larger)

    with pytest.raises(ReleasedError, match="402 tokens and 410 word embeddings"):
        convert(tmp_path / "published", tmp_path / "version", config=larger)


def test_a_missing_tokeniser_is_named(tmp_path: Path) -> None:
    publish(tmp_path / "published", SMALL)
    (tmp_path / "published" / "tokenizer.model").unlink()

    with pytest.raises(ReleasedError, match=r"it has no tokenizer\.model"):
        convert(tmp_path / "published", tmp_path / "version", config=SMALL)


def test_a_converted_version_is_a_whole_network(tmp_path: Path) -> None:
    publish(tmp_path / "published", SMALL)
    convert(tmp_path / "published", tmp_path / "version", config=SMALL)

    seagull = load_version(tmp_path / "version")

    assert isinstance(seagull, Seagull)
    assert (seagull.tokens.global_id, seagull.tokens.local_id) == (PIECES, PIECES + 1)
    assert [name for name, parameter in seagull.named_parameters() if parameter.is_meta] == []
