from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch
from torch import Tensor
from transformers import DynamicCache, LlamaConfig, LlamaForCausalLM
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

from ml.seagull.language import LORA_TARGETS, Prefix, Rotary, build_language, merge, plain, with_lora
from ml.seagull.presets import TINY
from ml.seagull.tokens import WordTokens

CONFIG = replace(
    TINY.language, hidden=48, layers=2, heads=4, intermediate=64, lora_rank=4, lora_alpha=8, lora_dropout=0.0
)
TOKENS = WordTokens.of_this_project()


@pytest.fixture
def language() -> LlamaForCausalLM:
    torch.manual_seed(1)
    return build_language(CONFIG).eval()


def additions(model: torch.nn.Module) -> Iterator[tuple[str, Tensor]]:
    return ((name, weight) for name, weight in model.named_parameters() if "lora_" in name)


def stir(model: torch.nn.Module) -> None:
    for _, weight in additions(model):
        torch.nn.init.normal_(weight, std=0.2)


@torch.inference_mode()
def say(model: torch.nn.Module, ids: Tensor) -> Tensor:
    logits: Tensor = model(input_ids=ids).logits
    return logits


def some_ids(length: int = 12) -> Tensor:
    return torch.randint(6, TOKENS.size, (1, length), generator=torch.Generator().manual_seed(2))


def test_the_shape_is_the_configuration_s(language: LlamaForCausalLM) -> None:
    shapes = {name: tuple(weight.shape) for name, weight in language.state_dict().items()}

    assert shapes["model.embed_tokens.weight"] == shapes["lm_head.weight"] == (160, 48)
    assert shapes["model.layers.1.mlp.down_proj.weight"] == (48, 64)
    assert len(shapes) == 2 + 9 * 2 + 1


def test_the_settings_are_llama_s(language: LlamaForCausalLM) -> None:
    config = language.config

    assert (config.rms_norm_eps, config.tie_word_embeddings, config.max_position_embeddings) == (1e-5, False, 1024)
    assert (config.pad_token_id, config.bos_token_id, config.eos_token_id) == (0, 1, 2)
    assert config._attn_implementation == "sdpa"


def test_rotary_positions_are_those_of_transformers() -> None:
    config = LlamaConfig(hidden_size=64, num_attention_heads=2)
    states, positions = torch.zeros(1, 1, 64), torch.arange(0, 2000, 37)[None]

    own, theirs = Rotary(32)(states, positions), LlamaRotaryEmbedding(config)(states, positions)

    torch.testing.assert_close(own, theirs)


def test_rotary_positions_survive_half_precision(language: LlamaForCausalLM) -> None:
    positions = torch.tensor([[1000]])
    exact = language.model.rotary_emb(torch.zeros(1, 1, 48), positions)

    half = language.bfloat16().model.rotary_emb(torch.zeros(1, 1, 48, dtype=torch.bfloat16), positions)

    torch.testing.assert_close([part.float() for part in half], [*exact], atol=0.005, rtol=0)


def test_a_prefix_is_read_and_never_grows(language: LlamaForCausalLM) -> None:
    ids, cache = some_ids(), DynamicCache()
    with torch.inference_mode():
        language.model(input_ids=ids[:, :8], past_key_values=cache, use_cache=True)
        prefix = Prefix([(keys, values) for keys, values, _ in cache])
        mask, positions = torch.full((4, 12), -torch.inf).triu(9)[None, None], torch.arange(8, 12)[None]
        behind = [
            language(
                inputs_embeds=language.model.embed_tokens(ids[:, 8:]),
                past_key_values=prefix,
                attention_mask=mask,
                position_ids=positions,
            ).logits
            for _ in range(2)
        ]

    assert len(prefix) == 8
    assert torch.equal(*behind)
    torch.testing.assert_close(behind[0], say(language, ids)[:, 8:], atol=1e-5, rtol=1e-4)


def test_a_prefix_can_be_given_to_each_region() -> None:
    keys = torch.arange(6.0).view(3, 1, 2, 1)
    prefix = Prefix([(keys, -keys)]).of_images(torch.tensor([2, 0, 2, 1]))

    own = torch.zeros(4, 1, 1, 1)
    grown, _ = prefix.update(own, own, 0)

    assert grown[:, 0, :, 0].tolist() == [[4, 5, 0], [0, 1, 0], [4, 5, 0], [2, 3, 0]]


def test_lora_begins_with_the_same_answers(language: LlamaForCausalLM) -> None:
    before = say(language, some_ids())

    adapted = with_lora(language, CONFIG).eval()

    torch.testing.assert_close(say(adapted, some_ids()), before)


def test_lora_trains_low_ranks_of_every_layer_but_the_last(language: LlamaForCausalLM) -> None:
    adapted = with_lora(language, CONFIG)

    trained = {name: tuple(weight.shape) for name, weight in adapted.named_parameters() if weight.requires_grad}

    assert sorted(trained) == sorted(name for name, _ in additions(adapted))
    assert len(trained) == 2 * CONFIG.layers * len(LORA_TARGETS)
    assert {min(shape) for shape in trained.values()} == {CONFIG.lora_rank}


def test_merging_keeps_what_was_learnt(language: LlamaForCausalLM) -> None:
    before = say(language, some_ids())
    adapted = with_lora(language, CONFIG).eval()
    stir(adapted)
    learnt = say(adapted, some_ids())

    merged = merge(adapted)

    assert isinstance(merged, LlamaForCausalLM)
    assert [name for name in merged.state_dict() if "lora" in name] == []
    assert (learnt - before).abs().max() > 0.01
    torch.testing.assert_close(say(merged, some_ids()), learnt, atol=1e-5, rtol=1e-4)


def test_the_llama_inside_acts_with_its_additions(language: LlamaForCausalLM) -> None:
    adapted = with_lora(language, CONFIG).eval()
    stir(adapted)

    assert torch.equal(say(plain(adapted), some_ids()), say(adapted, some_ids()))


def test_without_lora_there_is_nothing_to_take_off(language: LlamaForCausalLM) -> None:
    assert merge(language) is language
    assert plain(language) is language
