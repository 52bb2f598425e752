"""The model's own sentences: drafts are verified in one pass, all questions about many regions at once.

The likeliest token at every step ("greedy"), as if the model wrote one after the other: a pass reads a draft whole, behind
the question and what has been said, and tells the likeliest token after each of its own. The draft is followed as long as
it says just that; the token where it does not is the model's, and what is left of the draft is tried behind it. A bad
draft costs time and changes no word (speculative decoding, Leviathan et al., 2023, without chance).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from ml.seagull.drafts import follow_up
from ml.seagull.language import Prefix
from ml.seagull.network import Seagull
from ml.seagull.trees import Tree, grow

Ids = Sequence[int]


@dataclass
class Sentence:
    """Token ids: the question from the region's two places on, what is said so far, and how it may go on."""

    question: Ids
    draft: Ids
    said: list[int] = field(default_factory=list)
    over: bool = False

    def sequence(self, longest: int) -> list[int]:
        """All that the next pass reads of it."""
        return [*self.question, *self.said, *self.draft[: longest - len(self.said) - 1]]

    def hear(self, likeliest: Ids, end: int, longest: int) -> None:
        """The likeliest tokens after what is said so far and after each of the draft's that were read."""
        for number, token in enumerate(likeliest):
            if token == end:
                self.over = True
                return
            self.said.append(token)
            if len(self.said) == longest:
                self.over = True
                return
            if number == len(likeliest) - 1 or self.draft[number] != token:
                self.draft = follow_up(self.draft[number:], token)
                return


@torch.inference_mode()
def speak(network: Seagull, views: Tensor, prefix: Prefix, asked: Sequence[Sequence[Sentence]], longest: int) -> int:
    """Completes the sentences of R regions (`views` R x 2 x hidden) of one image, each of `longest` tokens at most, the end
    not counted. How many passes it took.
    """
    passes = 0
    while waiting := [number for number, sentences in enumerate(asked) if not all(one.over for one in sentences)]:
        open_ones = [[one for one in asked[number] if not one.over] for number in waiting]
        _pass(network, views[waiting], prefix, open_ones, longest)
        passes += 1
    return passes


def _pass(network: Seagull, views: Tensor, prefix: Prefix, asked: list[list[Sentence]], longest: int) -> None:
    trees = [grow([one.sequence(longest) for one in sentences]) for sentences in asked]
    states = network.read(trees, views, prefix)
    ends = list(_ends(trees, asked))
    rows = torch.cat([torch.full((len(nodes),), row) for row, _, nodes in ends])
    logits = network.logits(states[rows, torch.cat([nodes for _, _, nodes in ends])])
    chosen = logits[:, : network.tokens.size].argmax(dim=1)
    likeliest = torch.split(chosen, [len(nodes) for _, _, nodes in ends])
    for (_, one, _), tokens in zip(ends, likeliest, strict=True):
        one.hear(tokens.tolist(), network.tokens.eos, longest)


def _ends(trees: Sequence[Tree], asked: Sequence[Sequence[Sentence]]) -> Iterator[tuple[int, Sentence, Tensor]]:
    """Of each sentence its row and its nodes from the last that is certain on."""
    for row, (tree, sentences) in enumerate(zip(trees, asked, strict=True)):
        for one, path in zip(sentences, tree.paths, strict=True):
            yield row, one, torch.from_numpy(path[len(one.question) + len(one.said) - 1 :])
