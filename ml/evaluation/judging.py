"""A network as a judge of regions: what it says in each way in which it can be asked."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from ml.evaluation.predictions import PRESENT, Prediction, from_answer, from_presence
from ml.evaluation.report import ANSWERS, CLOSED_SET, HEADS, Judge
from ml.judges import RegionJudge, load_judge
from ml.seagull import prompts
from ml.seagull.answers import parse
from ml.seagull.heads import HeadScores
from ml.seagull.network import Seagull
from ml.seagull.predictor import Masks, Predictor, Rgb
from ml.seagull.scoring import Assessment
from ml.vocabulary import DISTORTIONS


def judge_at(directory: Path, *, threshold: float = PRESENT, answers: bool = False) -> Judge:
    """Of a version's directory, whatever its kind. Raises VersionError for one that is no intact version.

    Raises ValueError for `answers` of a kind that writes no sentences.
    """
    found = load_judge(directory)
    if isinstance(found, Predictor):
        return judge_of(found.seagull, threshold=threshold, answers=answers)
    if answers:
        raise ValueError(f"{directory} writes no sentences to be read; only a SEAGULL network does")
    return scores_of(found, threshold)


def scores_of(judge: RegionJudge, threshold: float = PRESENT) -> Judge:
    """One way of asking, which every kind has."""

    def ask(rgb: Rgb, masks: Masks) -> Sequence[Mapping[str, Prediction]]:
        judge.set_image(rgb)
        return [{CLOSED_SET: from_assessment(one, threshold)} for one in judge.assess(masks)]

    return ask


def judge_of(
    seagull: Seagull,
    *,
    threshold: float = PRESENT,
    answers: bool = False,
    device: str | None = None,
    dtype: torch.dtype | None = None,
) -> Judge:
    """Closed-set scores always, direct heads where the network has them, and sentences when they are wanted; `device` and
    `dtype` as for a `Predictor`."""
    predictor = Predictor(seagull, device, dtype)

    def judge(rgb: Rgb, masks: Masks) -> Sequence[Mapping[str, Prediction]]:
        predictor.set_image(rgb)
        assessed, sentences = _heard(predictor, masks, answers)
        ways = {CLOSED_SET: [from_assessment(one, threshold) for one in assessed]}
        if seagull.heads is not None:
            ways[HEADS] = _by_heads(predictor.heads(masks), threshold)
        if answers:
            ways[ANSWERS] = _by_sentences(assessed, sentences)
        return [dict(zip(ways, row, strict=True)) for row in zip(*ways.values(), strict=True)]

    return judge


def from_assessment(assessed: Assessment, threshold: float = PRESENT) -> Prediction:
    found = {name: levels.probabilities for name, levels in assessed.distortions.items()}
    return from_presence(assessed.quality.expectation, assessed.importance.expectation, found, threshold)


def _heard(predictor: Predictor, masks: Masks, answers: bool) -> tuple[list[Assessment], list[str]]:
    """Of each region the numbers, and the sentence about its distortions where sentences are wanted."""
    if not answers:
        return predictor.assess(masks), []
    heard = predictor.interview(masks, [prompts.ASK_DISTORTION])
    return [said for said, _ in heard], [sentence for _, [sentence] in heard]


def _by_sentences(assessed: Sequence[Assessment], sentences: Sequence[str]) -> list[Prediction]:
    """Only distortions are read: the paper takes numbers from the closed set as well (section 5.1)."""
    numbers = [(one.quality.expectation, one.importance.expectation) for one in assessed]
    return [from_answer(*pair, parse(sentence)) for pair, sentence in zip(numbers, sentences, strict=True)]


def _by_heads(scores: HeadScores, threshold: float) -> list[Prediction]:
    chances: NDArray[np.float64] = scores.distortions.softmax(dim=2).double().cpu().numpy()
    numbers = zip(scores.quality.tolist(), scores.importance.tolist(), strict=True)
    return [
        from_presence(
            *pair, {name: tuple(row) for name, row in zip(DISTORTIONS, rows.tolist(), strict=True)}, threshold
        )
        for pair, rows in zip(numbers, chances, strict=True)
    ]


def head_scores(seagull: Seagull, rgb: Rgb, masks: Masks) -> HeadScores:
    """Of R regions. Raises ValueError for a network without heads."""
    predictor = Predictor(seagull)
    predictor.set_image(rgb)
    return predictor.heads(masks)
