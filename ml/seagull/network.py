"""SEAGULL (paper, Fig. 3): image encoder, mask-based feature extractor and language model, asked in trees of questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from ml.seagull import prompts
from ml.seagull.attention import KeysValues
from ml.seagull.encoder import Encoder, cells
from ml.seagull.extractor import Extractor
from ml.seagull.heads import Heads
from ml.seagull.language import Prefix, build_language, plain
from ml.seagull.preprocessing import RegionInputs
from ml.seagull.presets import SeagullConfig
from ml.seagull.projector import build_projector, cells_as_tokens
from ml.seagull.tokens import GLOBAL, Tokens
from ml.seagull.trees import Tree, lay_out

if TYPE_CHECKING:
    from ml.seagull.language import Language


class VocabularyError(ValueError):
    """A tokeniser with more ids than the language model has words."""


@dataclass(frozen=True)
class Seen:
    """What is computed once for each of N images: four levels N x C_j x H_j x W_j, N x T x hidden tokens, and the
    extractor's keys and values.
    """

    levels: tuple[Tensor, ...]
    image_tokens: Tensor
    keys_values: tuple[KeysValues, ...]

    def __getitem__(self, number: int) -> "Seen":
        """One image, N = 1."""
        one = slice(number, number + 1)
        pairs = tuple((keys[one], values[one]) for keys, values in self.keys_values)
        return Seen(tuple(level[one] for level in self.levels), self.image_tokens[one], pairs)


class Seagull(nn.Module):
    def __init__(self, config: SeagullConfig, tokens: Tokens) -> None:
        super().__init__()
        if tokens.size > config.language.vocabulary:
            raise VocabularyError(f"{tokens.size} tokens for a vocabulary of {config.language.vocabulary}")
        self.config, self.tokens = config, tokens
        self.encoder = Encoder(config.encoder)
        self.projector = build_projector(config)
        self.extractor = Extractor(config)
        self.language: Language = build_language(config.language)
        self.heads = Heads(config) if config.heads else None
        self.before_image = [tokens.bos, *tokens.encode(prompts.BEFORE_IMAGE)]
        self.after_image = tokens.encode(prompts.AFTER_IMAGE + GLOBAL)[:-1]

    @property
    def prefix_length(self) -> int:
        """Tokens before a region's own: the words and the image."""
        image = cells(self.config.encoder)[self.config.image_level - 1]
        return len(self.before_image) + image + len(self.after_image)

    @property
    def device(self) -> torch.device:
        return self._some_weight.device

    @property
    def dtype(self) -> torch.dtype:
        return self._some_weight.dtype

    @property
    def _some_weight(self) -> Tensor:
        return next(self.projector.parameters())

    def see(self, pixels: Tensor) -> Seen:
        """N x C x side x side, as `prepare_image` gives them."""
        levels = tuple(self.encoder(pixels.to(self.dtype)))
        image_tokens = self.projector(cells_as_tokens(levels[self.config.image_level - 1]))
        return Seen(levels, image_tokens, self.extractor.keys_values(levels))

    def region_tokens(self, seen: Seen, regions: RegionInputs) -> Tensor:
        """One image's regions to R x 2 x hidden, [global, local]."""
        tokens: Tensor = self.extractor(seen.levels, seen.keys_values, regions.masks, regions.crops, regions.statistics)
        return tokens

    def prefix(self, seen: Seen) -> Prefix:
        """The language model's keys and values of N images' prefixes."""
        from transformers import DynamicCache  # slow import

        cache = DynamicCache()
        plain(self.language).model(inputs_embeds=self._begin(seen.image_tokens), past_key_values=cache, use_cache=True)
        return Prefix([(keys, values) for keys, values, _ in cache])

    def read(self, trees: Sequence[Tree], views: Tensor, prefix: Prefix) -> Tensor:
        """Hidden states at the nodes of R trees, R x L x hidden with L nodes in the largest; the rest is padding.

        `views` is R x 2 x hidden and takes the place of the trees' first two nodes; `prefix` is one image's, or has a
        row for each region. Differentiable; no region sees another.
        """
        layout = lay_out(trees, len(prefix), self.tokens.pad)
        words = self.words(torch.from_numpy(layout.ids))
        states: Tensor = plain(self.language).model(
            inputs_embeds=torch.cat([views, words[:, 2:]], dim=1),
            position_ids=torch.from_numpy(layout.positions).to(self.device),
            attention_mask=self._mask(torch.from_numpy(layout.sight)),
            past_key_values=prefix,
        )[0]
        return states

    def logits(self, states: Tensor) -> Tensor:
        """K x hidden to K x vocabulary."""
        numbers: Tensor = plain(self.language).lm_head(states)
        return numbers

    def _begin(self, image_tokens: Tensor) -> Tensor:
        """N x T x hidden image tokens between the words that go before and after them."""
        before, after = (self.words(torch.tensor(ids)) for ids in (self.before_image, self.after_image))
        rows = len(image_tokens)
        return torch.cat([before.expand(rows, -1, -1), image_tokens, after.expand(rows, -1, -1)], dim=1)

    def words(self, ids: Tensor) -> Tensor:
        """Token ids of any shape to their embeddings, ... x hidden."""
        embedded: Tensor = plain(self.language).model.embed_tokens(ids.to(self.device))
        return embedded

    def _mask(self, sight: Tensor) -> Tensor:
        """R x queries x keys of bool to what attention adds to its scores, R x 1 x queries x keys."""
        unseen = ~sight.to(self.device)[:, None]
        return torch.zeros(unseen.shape, dtype=self.dtype, device=self.device).masked_fill(unseen, float("-inf"))


def build(config: SeagullConfig, tokens: Tokens) -> Seagull:
    """Random weights."""
    return Seagull(config, tokens)
