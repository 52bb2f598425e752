"""The network with its losses as one module: prefixes once for an image, then a row for each region."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ml.seagull.heads import HeadScores
from ml.seagull.language import Prefix
from ml.seagull.network import Seagull, Seen
from ml.seagull.projector import cells_as_tokens
from ml.seagull.prompts import Task
from ml.training.losses import (
    Labels,
    correlation_loss,
    distortions_loss,
    expected_loss,
    language_loss,
    odds_loss,
    odds_of,
    scores_loss,
    types_loss,
)
from ml.training.pictures import Example
from ml.training.questions import LEVELS, Lesson
from ml.training.recipes import Weights


class Losses(NamedTuple):
    """The weighted sum, and its parts before their weights, detached."""

    total: Tensor
    parts: dict[str, Tensor]


class Chosen(NamedTuple):
    """What the language model says of K regions on one scale, K x levels, and their labels' means."""

    task: Task
    rows: list[int]
    logits: Tensor
    means: Tensor

    def of(self, scores: HeadScores) -> Tensor:
        """What the direct heads say of the same, as it is: they do not learn from what is made of it."""
        by_heads = scores.quality if self.task == "quality" else scores.importance
        return by_heads[self.rows].detach().float()


class Judged(NamedTuple):
    """K regions that are asked about all types, and what the language model says of them: K x 6 log odds of Yes."""

    rows: Tensor
    odds: Tensor


class Pupil(nn.Module):
    """What accelerate wraps: `forward` is all that needs gradients shared between processes."""

    def __init__(self, seagull: Seagull, weights: Weights) -> None:
        super().__init__()
        self.seagull, self.weights = seagull, weights
        self.yes, self.no = (seagull.tokens.encode(word)[0] for word in ("Yes", "No"))

    def forward(self, examples: Sequence[Example], lessons: Sequence[Lesson], blind: bool = False) -> Losses:
        """`lessons` holds one for each region of the examples, in order; none where the language loss has no weight.

        `blind`: the language model reads the region's tokens and questions without the image and the words before them.
        """
        seen = self._see(examples)
        views = torch.cat([
            self.seagull.region_tokens(seen[number], example.inputs.to(self.seagull.device))
            for number, example in enumerate(examples)
        ])  # fmt: skip
        labels = Labels.of([record for example in examples for record in example.records], views.device)
        scores: HeadScores | None = None if self.seagull.heads is None else self.seagull.heads(views)
        parts: dict[str, Tensor] = {}
        if self.weights.language:
            rows = torch.tensor([number for number, example in enumerate(examples) for _ in example.records])
            prefix = (
                nothing_before(self.seagull) if blind else self.seagull.prefix(seen).of_images(rows.to(views.device))
            )
            states = self.seagull.read([lesson.tree for lesson in lessons], views, prefix)
            parts |= self._spoken(states, lessons, labels, scores)
        if scores is not None:
            parts |= self._direct(scores, labels)
        total = torch.stack([getattr(self.weights, name) * part for name, part in parts.items()]).sum()
        if blind:
            total = total + 0.0 * seen.image_tokens.sum()  # several processes want a gradient for every trained weight
        return Losses(total, {name: part.detach() for name, part in parts.items()})

    def _see(self, examples: Sequence[Example]) -> Seen:
        device = self.seagull.device
        if not examples[0].levels:
            pixels = [example.pixels for example in examples if example.pixels is not None]
            return self.seagull.see(torch.stack(pixels).to(device))
        levels = tuple(torch.stack(of_level).to(device) for of_level in zip(*(e.levels for e in examples), strict=True))
        tokens = self.seagull.projector(cells_as_tokens(levels[self.seagull.config.image_level - 1]))
        return Seen(levels, tokens, self.seagull.extractor.keys_values(levels))

    def _spoken(
        self, states: Tensor, lessons: Sequence[Lesson], labels: Labels, scores: HeadScores | None
    ) -> dict[str, Tensor]:
        """Of what the language model says; a part that nobody is asked about is 0."""
        weights, nothing = self.weights, states.new_zeros(())
        parts = {"language": self._language(states, lessons)}
        chosen = list(self._chosen(states, lessons)) if weights.expected or weights.agreed else []
        judged = self._judged(states, lessons) if weights.judged or weights.agreed else None
        if weights.expected:
            parts["expected"] = sum((expected_loss(one.logits, one.means) for one in chosen), nothing)
        if weights.judged:
            parts["judged"] = types_loss(judged.odds, labels.there[judged.rows]) if judged else nothing
        if weights.agreed and scores is not None:
            parts["agreed"] = sum((expected_loss(one.logits, one.of(scores)) for one in chosen), nothing)
            if judged:
                parts["agreed"] = parts["agreed"] + odds_loss(judged.odds, odds_of(scores)[judged.rows].detach())
        return parts

    def _language(self, states: Tensor, lessons: Sequence[Lesson]) -> Tensor:
        target = [(row, t.node, t.id, t.weight) for row, lesson in enumerate(lessons) for t in lesson.targets]
        row, node, said, weight = (torch.tensor(column, device=states.device) for column in zip(*target, strict=True))
        return language_loss(self.seagull.logits(states[row, node]), said, weight)

    def _chosen(self, states: Tensor, lessons: Sequence[Lesson]) -> Iterator[Chosen]:
        """On each of both scales; nothing where nobody is asked for a level."""
        for task in LEVELS:
            made = [(row, lesson.choices[task]) for row, lesson in enumerate(lessons) if task in lesson.choices]
            if made:
                rows, nodes = [row for row, _ in made], [choice.node for _, choice in made]
                logits = self.seagull.logits(states[rows, nodes])[:, list(made[0][1].words)]
                means = torch.tensor([choice.mean for _, choice in made], device=states.device)
                yield Chosen(task, rows, logits, means)

    def _judged(self, states: Tensor, lessons: Sequence[Lesson]) -> Judged | None:
        asked = [row for row, lesson in enumerate(lessons) if lesson.judged]
        if not asked:
            return None
        rows = torch.tensor(asked, device=states.device)
        nodes = torch.tensor([lessons[row].judged for row in asked], device=states.device)
        logits = self.seagull.logits(states[rows[:, None], nodes])
        return Judged(rows, logits[..., self.yes] - logits[..., self.no])

    def _direct(self, scores: HeadScores, labels: Labels) -> dict[str, Tensor]:
        losses = {
            "scores": scores_loss,
            "correlation": correlation_loss,
            "distortions": distortions_loss,
            "types": _types_loss,
        }
        return {name: loss(scores, labels) for name, loss in losses.items() if getattr(self.weights, name)}


def _types_loss(scores: HeadScores, labels: Labels) -> Tensor:
    return types_loss(odds_of(scores), labels.there)


def nothing_before(seagull: Seagull) -> Prefix:
    """A prefix of no tokens. Positions are relative, so what is learnt behind it holds behind the real one."""
    shape = seagull.config.language
    empty = torch.zeros(1, shape.heads, 0, shape.hidden // shape.heads, dtype=seagull.dtype, device=seagull.device)
    return Prefix([(empty, empty)] * shape.layers)
