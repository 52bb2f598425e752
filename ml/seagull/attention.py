"""The attention of the mask-based feature extractor (paper, section 4.2, Eq. 3)."""

from torch import Tensor, nn
from torch.nn import functional

KeysValues = tuple[Tensor, Tensor]
"""Both N x heads x tokens x (width / heads); made once for an image, whatever is asked about it."""


class LoneAttention(nn.Module):
    """Self-attention over a sequence of one token: the softmax of a single score is 1, so only value and output act.

    Regions are therefore a batch, never a sequence: in a sequence they would see each other.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.value = nn.Linear(width, width)
        self.out = nn.Linear(width, width)

    def forward(self, tokens: Tensor) -> Tensor:
        """R x width to R x width."""
        attended: Tensor = self.out(self.value(tokens))
        return attended


class CrossAttention(nn.Module):
    """Attention at half of the width, without dropout and without positions."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width // 2)
        self.key = nn.Linear(width, width // 2)
        self.value = nn.Linear(width, width // 2)
        self.out = nn.Linear(width // 2, width)

    def keys_values(self, tokens: Tensor) -> KeysValues:
        """N x tokens x width of N images."""
        return self._split(self.key(tokens)), self._split(self.value(tokens))

    def forward(self, queries: Tensor, keys_values: KeysValues) -> Tensor:
        """R x width of one image's regions to R x width: a query sees the image's tokens and no other query."""
        key, value = keys_values
        attended = functional.scaled_dot_product_attention(self._split(self.query(queries)[None]), key, value)
        merged: Tensor = self.out(attended.transpose(1, 2).flatten(2)[0])
        return merged

    def _split(self, tokens: Tensor) -> Tensor:
        return tokens.reshape(*tokens.shape[:2], self.heads, tokens.shape[2] // self.heads).transpose(1, 2)


class AttentionBlock(nn.Module):
    """CA(SA(B_j), F_j, F_j) as published: a decoder layer with residuals, two norms and no norm after its MLP."""

    def __init__(self, width: int, heads: int, hidden: int) -> None:
        super().__init__()
        self.self_attention = LoneAttention(width)
        self.norm1 = nn.LayerNorm(width)
        self.cross_attention = CrossAttention(width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, hidden), nn.ReLU(), nn.Linear(hidden, width))

    def forward(self, basic: Tensor, keys_values: KeysValues) -> Tensor:
        """B_j, R x width, to G_j, R x width."""
        own = self.norm1(basic + self.self_attention(basic))
        seen = self.norm2(own + self.cross_attention(own, keys_values))
        token: Tensor = seen + self.mlp(seen)
        return token
