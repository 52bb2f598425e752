"""From first-token logits to numbers: the closed-set scores of a region (paper, section 5; Q-Align's rule).

A word's probability is the softmax over the words that could stand in its place, taken at its first token.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from numpy.typing import NDArray

from ml.seagull import prompts
from ml.seagull.tokens import Tokens
from ml.seagull.trees import Tree, grow
from ml.vocabulary import DISTORTIONS, IMPORTANCES, QUALITIES, SEVERITIES

if TYPE_CHECKING:
    from torch import Tensor

QUALITY: Final = "quality"
IMPORTANCE: Final = "importance"
KIND: Final = "kind"
SEVERITY: Final = "severity"
CHOICES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    QUALITY: (prompts.about(prompts.ASK_QUALITY, "The quality is"), QUALITIES),
    IMPORTANCE: (prompts.about(prompts.ASK_IMPORTANCE, "This region is"), IMPORTANCES),
    KIND: (prompts.about(prompts.ASK_DISTORTION), ("With", "Without")),
    SEVERITY: (prompts.about(prompts.ASK_DISTORTION, "With"), SEVERITIES),
    **{word: (prompts.about(prompts.ASK_DISTORTION, f"With {word}"), DISTORTIONS) for word in SEVERITIES},
    **{name: (prompts.about(prompts.judge_distortion(name)), ("Yes", "No")) for name in DISTORTIONS},
}
"""What is asked of a region: the text so far, and the words among which the next one is chosen.

Named by what is chosen; a severity's choice is the type it belongs to, a distortion's is whether it is there.
"""


class ScoringError(ValueError):
    """A tokeniser that cannot tell the words of a choice apart by their first tokens."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """Over levels 0, 1, ...; the entropy is in nats."""

    probabilities: tuple[float, ...]
    expectation: float
    entropy: float

    @classmethod
    def of(cls, probabilities: "Tensor") -> Self:
        import torch  # slow import; who has the numbers already needs none

        levels = torch.arange(len(probabilities), dtype=probabilities.dtype)
        entropy = torch.special.entr(probabilities).sum()
        return cls(tuple(probabilities.tolist()), float((levels * probabilities).sum()), float(entropy))


@dataclass(frozen=True, slots=True)
class Assessment:
    """`quality` and `importance` over 0..4; each of `distortions` over 0 extreme .. 4 trivial, 5 not there.

    `clean` is the probability of "Without distortions"; `flags` says what is unusual about the mask.
    """

    quality: Distribution
    importance: Distribution
    distortions: Mapping[str, Distribution]
    clean: float
    flags: frozenset[str]


@dataclass(frozen=True)
class Questionnaire:
    """CHOICES as one tree. `nodes` is where the choices are made, `words` the first tokens to choose among."""

    tree: Tree
    nodes: NDArray[np.int64]
    words: tuple[tuple[int, ...], ...]

    def log_probabilities(self, logits: "Tensor") -> "dict[str, Tensor]":
        """R x choices x vocabulary to R x words for each choice, float64 on the CPU."""
        return {
            name: logits[:, number, list(words)].double().cpu().log_softmax(dim=1)
            for number, (name, words) in enumerate(zip(CHOICES, self.words, strict=True))
        }


def questionnaire(tokens: Tokens) -> Questionnaire:
    """Raises ScoringError."""
    tree = grow([tokens.encode(text) for text, _ in CHOICES.values()])
    words = tuple(first_tokens(tokens, text, choice) for text, choice in CHOICES.values())
    return Questionnaire(tree, np.array([path[-1] for path in tree.paths]), words)


def first_tokens(tokens: Tokens, text: str, words: Sequence[str]) -> tuple[int, ...]:
    """Of words that go on after a text. Raises ScoringError."""
    length = len(tokens.encode(text))
    found = tuple(tokens.encode(f"{text} {word}")[length] for word in words)
    if len(set(found)) < len(words):
        raise ScoringError(f"two of {', '.join(words)} begin with the same token")
    return found


def assessments(log_probabilities: "Mapping[str, Tensor]", flags: Sequence[frozenset[str]]) -> list[Assessment]:
    chosen = {name: numbers.exp() for name, numbers in log_probabilities.items()}
    distortions = {name: severities_of(name, log_probabilities) for name in DISTORTIONS}
    return [
        Assessment(
            quality=Distribution.of(chosen[QUALITY][region]),
            importance=Distribution.of(chosen[IMPORTANCE][region]),
            distortions={name: Distribution.of(levels[region]) for name, levels in distortions.items()},
            clean=float(chosen[KIND][region, 1]),
            flags=of_region,
        )
        for region, of_region in enumerate(flags)
    ]


def severities_of(name: str, log_probabilities: "Mapping[str, Tensor]") -> "Tensor":
    """R x 6: is it there, by the judgment; how strong, by Bayes' rule from the analysis, P(s | t) ~ P(s) P(t | s)."""
    import torch  # slow import

    column = DISTORTIONS.index(name)
    of_type = torch.stack([log_probabilities[word][:, column] for word in SEVERITIES], dim=1)
    severity = (log_probabilities[SEVERITY] + of_type).softmax(dim=1)
    there, absent = log_probabilities[name].exp().unbind(dim=1)
    return torch.cat([there[:, None] * severity, absent[:, None]], dim=1)
