"""The causal language model (paper, section 4.3): a LLaMA by transformers, fine-tuned by LoRA (peft)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, TypeAlias, cast

import torch
from torch import Tensor, nn

from ml.seagull.presets import LanguageConfig
from ml.seagull.tokens import BOS, EOS, PAD

if TYPE_CHECKING:
    from peft import LoraModel
    from transformers import LlamaForCausalLM

    Language: TypeAlias = LlamaForCausalLM | LoraModel

NORM_EPS: Final = 1e-5
ROTARY_BASE: Final = 10_000.0
LORA_TARGETS: Final = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
"""Every linear layer but the last, as published."""


class Rotary(nn.Module):
    """LLaMA's rotary positions, from formulas alone.

    transformers keeps the frequencies in a buffer that a model's move to half precision rounds: at position 1000 the
    angles would be off by whole radians.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width

    def forward(self, states: Tensor, position_ids: Tensor) -> tuple[Tensor, Tensor]:
        """N x L positions to cosines and sines, N x L x width, in the dtype of `states`."""
        steps = torch.arange(0, self.width, 2, dtype=torch.float32, device=states.device) / self.width
        angles = (position_ids[..., None].float() * ROTARY_BASE**-steps).repeat(1, 1, 2)
        return angles.cos().to(states.dtype), angles.sin().to(states.dtype)


class Prefix:
    """Keys and values of what all sequences about an image begin with: computed once, then only read.

    Stands in for transformers' cache, without growing: several threads and passes may read it.
    """

    def __init__(self, layers: Sequence[tuple[Tensor, Tensor]]) -> None:
        """For each layer keys and values, both N x heads x length x width."""
        self.layers = tuple(layers)

    def __len__(self) -> int:
        """Tokens."""
        return self.layers[0][0].shape[2]

    def of_images(self, images: Tensor) -> "Prefix":
        """A row for each region, R numbers of images; of one image no copy is needed."""
        return Prefix([(keys[images], values[images]) for keys, values in self.layers])

    def update(self, keys: Tensor, values: Tensor, layer: int) -> tuple[Tensor, Tensor]:
        """Called by transformers in every layer: R rows of its own keys and values behind the prefix's R, or its one."""
        before_keys, before_values = (tensor.expand(len(keys), -1, -1, -1) for tensor in self.layers[layer])
        return torch.cat([before_keys, keys], dim=2), torch.cat([before_values, values], dim=2)


def build_language(config: LanguageConfig) -> "LlamaForCausalLM":
    """Random weights of the configuration's shape."""
    from transformers import LlamaConfig, LlamaForCausalLM  # slow import

    language = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=config.vocabulary,
            hidden_size=config.hidden,
            intermediate_size=config.intermediate,
            num_hidden_layers=config.layers,
            num_attention_heads=config.heads,
            max_position_embeddings=config.positions,
            rms_norm_eps=NORM_EPS,
            tie_word_embeddings=False,
            pad_token_id=PAD,
            bos_token_id=BOS,
            eos_token_id=EOS,
        )
    )
    language.model.rotary_emb = Rotary(config.hidden // config.heads)
    return language


def with_lora(language: "LlamaForCausalLM", config: LanguageConfig) -> "LoraModel":
    """The same model with trainable low-rank additions; its own weights are frozen."""
    from peft import LoraConfig, LoraModel  # slow import

    lora = LoraConfig(
        r=config.lora_rank,
        lora_alpha=config.lora_alpha,
        lora_dropout=config.lora_dropout,
        target_modules=list(LORA_TARGETS),
        bias="none",
    )
    return LoraModel(language, lora, "default")


def merge(language: "Language") -> "LlamaForCausalLM":
    """The additions inside the weights they were added to; a model without them is returned as it is."""
    from transformers import LlamaForCausalLM  # slow import

    if isinstance(language, LlamaForCausalLM):
        return language
    return cast("LlamaForCausalLM", language.merge_and_unload())


def plain(language: "Language") -> "LlamaForCausalLM":
    """The LLaMA inside, with the additions acting in its layers."""
    from transformers import LlamaForCausalLM  # slow import; peft is slower and not needed for a model without LoRA

    return language if isinstance(language, LlamaForCausalLM) else cast("LlamaForCausalLM", language.model)
