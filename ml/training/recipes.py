"""Hyper-parameters of each stage of each preset: one dataclass, no other configuration."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

Part = Literal["encoder", "projector", "extractor", "language", "heads"]
Adapted = Literal["whole", "lora"]


@dataclass(frozen=True)
class Questions:
    """What a region is asked in an epoch, as probabilities; the questions themselves are `prompts`'.

    `judgements` is of the published yes-or-no questions (JIR); `types` asks for each of the six distortions whether it
    is there and teaches only the answer's first word, which is what scoring reads. `drawn` decides anew each epoch
    (stage 1 of the paper); otherwise a region is asked the same in all epochs (stage 2).
    """

    analyses: float = 1.0
    judgements: float = 1.0
    types: float = 0.0
    drawn: bool = True


@dataclass(frozen=True)
class Weights:
    """Of the parts of the loss; a part of weight 0 is not computed.

    `words` is for the closed-set words beside `grammar`, the rest of an answer. `soft_words` spreads a word's target
    over the two levels beside the mean, so that the expectation over the words learns the mean itself; `expected` is of
    that expectation as a number, which is what scoring reads. `types` is of the six direct answers whether a distortion
    is there, against each other, and `judged` the same of the six judgements in words, where all six are asked for.
    `agreed` is of the distance of both, the expectation and the judgements, from what the direct heads say: they see the
    region alone and cannot know its photograph again, which a language model that sees the image learns to.
    """

    language: float = 1.0
    words: float = 1.0
    grammar: float = 1.0
    soft_words: bool = False
    expected: float = 0.0
    agreed: float = 0.0
    scores: float = 0.0
    correlation: float = 0.0
    distortions: float = 0.0
    types: float = 0.0
    judged: float = 0.0


@dataclass(frozen=True)
class Recipe:
    """`batch` counts regions in an optimizer's step and `together` images in one forward pass of a device.

    `warmup` is a share of the whole run, `decay` AdamW's weight decay (matrices only), `clip` the largest gradient norm.
    `paces` multiplies the learning rate of weights by how their names begin, the first that fits; 1 where none does.
    """

    trained: frozenset[Part]
    language: Adapted
    rate: float
    epochs: float
    batch: int
    together: int
    questions: Questions = Questions()
    weights: Weights = Weights()
    warmup: float = 0.03
    decay: float = 0.0
    betas: tuple[float, float] = (0.9, 0.999)
    clip: float = 1.0
    paces: Mapping[str, float] = field(default_factory=dict)
    blind: float = 0.0
    """Share of the run in which the language model reads regions without the image and the words before them.

    Among two hundred other tokens a fresh model needs hundreds of steps to notice the two that matter; alone with the
    question it needs thirty, and keeps looking at them when the rest comes back.
    """
    mirrored: float = 0.0
    """How often a picture is shown with left and right swapped, while the encoder learns."""
    settled: bool = False
    """A part of the photographs is kept back, and says how far from the weights before the run to go (`settling`)."""
    numbers: int = 0
    """Epochs over the regions' statistics alone before the first step (`numbers.learn_numbers`)."""
    cache: bool = False
    """Prepared images are kept on disk, and the levels of a frozen encoder with them."""


PUBLISHED: Final = frozenset[Part]({"projector", "extractor", "language"})
DIRECT: Final = Weights(language=0.0, scores=1.0, correlation=0.5, distortions=0.5, types=2.0)
BOTH: Final = Weights(
    words=1.0, grammar=0.1, soft_words=True, scores=0.5, correlation=0.25, distortions=0.25, types=1.0, judged=0.5
)

RECIPES: Final = {
    ("7b", 1): Recipe(PUBLISHED, "lora", rate=4e-5, epochs=1, batch=32, together=1),
    ("7b", 2): Recipe(PUBLISHED, "lora", rate=1e-5, epochs=5, batch=32, together=1, questions=Questions(drawn=False)),
    ("tiny", 0): Recipe(
        trained=frozenset({"encoder", "extractor", "heads"}),
        language="whole",
        rate=1.5e-3,
        epochs=12,
        batch=48,
        together=64,
        weights=DIRECT,
        warmup=0.05,
        decay=0.05,
        mirrored=0.5,
        numbers=4,
        cache=True,
    ),
    ("tiny", 1): Recipe(
        trained=frozenset({"projector", "extractor", "language", "heads"}),
        language="whole",
        rate=3e-3,
        epochs=6,
        batch=48,
        together=64,
        questions=Questions(judgements=0.25, types=1.0),
        weights=replace(BOTH, agreed=1.0),
        warmup=0.05,
        decay=0.05,
        paces={"extractor.local_view.statistics": 0.05, "extractor": 0.3, "heads": 0.1},  # the numbers taught them
        blind=0.3,
        numbers=4,
        cache=True,
    ),
    ("tiny", 2): Recipe(
        trained=frozenset({"extractor", "language", "heads"}),
        language="lora",
        rate=1e-3,
        epochs=6,
        batch=32,
        together=64,
        questions=Questions(judgements=0.25, types=1.0),
        weights=replace(BOTH, expected=1.0, types=0.0, judged=0.0),  # people name several of a region
        warmup=0.1,
        decay=0.05,
        settled=True,
        cache=True,
    ),
}
"""`7b` as in section 5.1 of the paper; stage 0 of `tiny` stands for the pre-training of CLIP's encoder."""
