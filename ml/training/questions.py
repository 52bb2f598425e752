"""From a record to what the language model reads and what it should say next."""

import itertools
import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ml.records.region import RegionRecord
from ml.seagull import prompts
from ml.seagull.prompts import Conversation, Task
from ml.seagull.tokens import Tokens
from ml.seagull.trees import Numbers, Tree, grow
from ml.training.recipes import Questions, Weights
from ml.vocabulary import DISTORTIONS, IMPORTANCES, QUALITIES, SEVERITIES

LEVELS: Final[Mapping[Task, tuple[str, ...]]] = {"quality": QUALITIES, "importance": IMPORTANCES}
VERDICTS = ("Yes", "No", "With", "Without")
Written = tuple[Sequence[int], int]
"""A conversation's ids, and the place where the answer starts."""


@dataclass(frozen=True)
class Target:
    """Token `id` should follow `node` of the region's tree; `weight` is its share in the loss."""

    node: int
    id: int
    weight: float


@dataclass(frozen=True)
class Choice:
    """One of `words`, worst level first, follows `node` of the region's tree; their expectation should be `mean`."""

    node: int
    words: tuple[int, ...]
    mean: float


@dataclass(frozen=True)
class Lesson:
    """One region: its questions and answers merged to a tree, all that should be said after its nodes, and the choices
    that its analyses of quality and importance make.
    """

    tree: Tree
    targets: tuple[Target, ...]
    choices: Mapping[Task, Choice]
    judged: tuple[int, ...] = ()
    """The nodes that Yes or No follows for each of DISTORTIONS; empty where not all of them are asked about."""


class Teacher:
    """Draws questions and writes lessons in one tokeniser's ids."""

    def __init__(self, tokens: Tokens, questions: Questions, weights: Weights) -> None:
        self.tokens, self.questions, self.weights = tokens, questions, weights
        self.encode = lru_cache(maxsize=10_000)(lambda text: tuple(tokens.encode(text)))  # few texts, said often
        self.levels = {task: self._first_ids(words) for task, words in LEVELS.items()}
        closed = (*VERDICTS, *QUALITIES, *IMPORTANCES, *SEVERITIES, *DISTORTIONS)
        self.closed = frozenset(self._first_ids(closed))

    def lesson(self, record: RegionRecord, *, seed: int, epoch: int) -> Lesson:
        """A pure function of its arguments."""
        drawn = epoch if self.questions.drawn else 0
        rng = random.Random(f"questions {seed} {drawn} {record.id}")  # noqa: S311 - a draw, not a secret
        asked = list(draw(record, self.questions, rng))
        written = [self._written(conversation) for conversation in asked]
        tree = grow([ids[:-1] for ids, _ in written])  # the last token is only ever said, never read
        targets = itertools.chain.from_iterable(
            self._targets(record, conversation, ids, start, tree.paths[number])
            for number, (conversation, (ids, start)) in enumerate(zip(asked, written, strict=True))
        )
        choices = dict(self._choices(record, asked, written, tree))
        return Lesson(tree, tuple(targets), choices, tuple(_judged(asked, written, tree)))

    def _written(self, conversation: Conversation) -> Written:
        """All ids from the region's places on, and where the answer starts."""
        ids = self.encode(prompts.about(conversation.question, conversation.answer))
        start = len(self.encode(prompts.about(conversation.question)))
        return (*ids, self.tokens.eos) if conversation.complete else ids, start

    def _targets(
        self, record: RegionRecord, of: Conversation, ids: Sequence[int], start: int, path: Numbers
    ) -> Iterator[Target]:
        mean, words = mean_of(record, of.task), self.levels.get(of.task, ())
        for place in range(start, len(ids)):
            node, said = int(path[place - 1]), ids[place]
            weight = self.weights.words if said in self.closed else self.weights.grammar
            if self.weights.soft_words and mean is not None and said in words:
                yield from (Target(node, words[level], weight * share) for level, share in beside(mean))
            else:
                yield Target(node, said, weight)

    def _choices(
        self, record: RegionRecord, asked: Sequence[Conversation], written: Sequence[Written], tree: Tree
    ) -> Iterator[tuple[Task, Choice]]:
        for of, (ids, start), path in zip(asked, written, tree.paths, strict=True):
            mean, words = mean_of(record, of.task), self.levels.get(of.task, ())
            if of.kind == "AIR" and mean is not None:
                place = next(place for place in range(start, len(ids)) if ids[place] in words)
                yield of.task, Choice(int(path[place - 1]), words, mean)

    def _first_ids(self, words: Iterable[str]) -> tuple[int, ...]:
        return tuple(self.tokens.encode(word)[0] for word in words)


def _judged(asked: Sequence[Conversation], written: Sequence[Written], tree: Tree) -> Iterator[int]:
    for of, (_, start), path in zip(asked, written, tree.paths, strict=True):
        if of.task == "distortion" and of.kind == "JIR" and not of.complete:  # `first_word` of all six, in their order
            yield int(path[start - 1])


def mean_of(record: RegionRecord, task: Task) -> float | None:
    return {"quality": record.quality, "importance": record.importance}.get(task)


def draw(record: RegionRecord, questions: Questions, rng: random.Random) -> Iterator[Conversation]:
    """At least one; at a probability of 1 all of a kind."""
    offered = prompts.conversations(record, rng)
    chances = {"AIR": questions.analyses, "JIR": questions.judgements}
    drawn = [conversation for conversation in offered if rng.random() < chances[conversation.kind]]
    if rng.random() < questions.types:
        drawn += [first_word(prompts.distortion_judgment(record, name)) for name in DISTORTIONS]
    yield from drawn or offered[:1]


def first_word(of: Conversation) -> Conversation:
    return Conversation(of.task, of.kind, of.question, of.answer.split(".")[0], complete=False)


def beside(mean: float) -> list[tuple[int, float]]:
    """The levels next to a mean of 0..4 and their shares: their expectation is the mean."""
    low = min(math.floor(mean), len(QUALITIES) - 2)
    shares = ((low, low + 1 - mean), (low + 1, mean - low))
    return [(level, share) for level, share in shares if share > 0.0]
