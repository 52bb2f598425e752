"""What a SEAGULL model is asked: the published prompt to the letter, and a region's conversations (paper, section 3.3)."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ml.records.region import RegionRecord
from ml.seagull import answers
from ml.vocabulary import DISTORTIONS, IMPORTANCES, QUALITIES, SEVERITIES, word_of

Task = Literal["quality", "importance", "distortion"]

SYSTEM: Final = (
    "A chat between a curious human and an artificial intelligence assistant. "
    "The assistant gives helpful, detailed, and polite answers to the human's questions."
)
BEFORE_IMAGE: Final = f"{SYSTEM} USER: "
AFTER_IMAGE: Final = (
    "\nThis provides an overview of the image.\n Please answer the following questions about the provided region. "
    "Note: Distortions include: blur, colorfulness, compression, contrast exposure and noise.\n "
    "Here is the region "
)
"""With the comma that it lacks as published. It and BEFORE_IMAGE are the same for every question about an image."""
VIEWS: Final = "<global><local>"
"""The two places that the extractor's tokens take."""
ASK_QUALITY: Final = "Analyze the quality of this region."
ASK_IMPORTANCE: Final = (
    "Consider the impact of this region on the overall image quality. "
    "Analyze its importance to the overall image quality."
)
ASK_DISTORTION: Final = "Provide the distortion type of this region."
ANALYSES: Final = {"quality": ASK_QUALITY, "importance": ASK_IMPORTANCE, "distortions": ASK_DISTORTION}
"""What is asked of a region that somebody wants to hear about."""
ONLY_THE_KIND: Final = "With"
"""All that is known of the answer where a record has no severities: with distortions, or without."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """AIR analyses, JIR judges. An answer that is not `complete` stops where the record's knowledge does."""

    task: Task
    kind: Literal["AIR", "JIR"]
    question: str
    answer: str
    complete: bool = True


def judge_quality(word: str) -> str:
    return f"Is the quality of this region {word}?"


def judge_importance(word: str) -> str:
    return f"Is this region {word} to the overall quality?"


def judge_distortion(name: str) -> str:
    return f"Is this region in {name} distortion?"


def about(question: str, answer: str = "") -> str:
    """From the region's two places on: what follows AFTER_IMAGE, with the answer or the beginning of one."""
    return f"{VIEWS}. {question} ASSISTANT:{' ' if answer else ''}{answer}"


def conversations(record: RegionRecord, rng: random.Random) -> list[Conversation]:
    """Three analyses and three judgments; `rng` chooses what is judged: the truth for half of them."""
    return [*analyses(record), *_judgments(record, rng)]


def analyses(record: RegionRecord) -> list[Conversation]:
    quality, importance = word_of(record.quality, QUALITIES), word_of(record.importance, IMPORTANCES)
    return [
        Conversation("quality", "AIR", ASK_QUALITY, answers.quality_sentence(quality)),
        Conversation("importance", "AIR", ASK_IMPORTANCE, answers.importance_sentence(importance)),
        _analysed_distortion(record),
    ]


def distortion_judgment(record: RegionRecord, name: str) -> Conversation:
    answer = answers.YES if name in record.distortions else answers.corrected_distortion([*record.distortions])
    return Conversation("distortion", "JIR", judge_distortion(name), answer)


def _analysed_distortion(record: RegionRecord) -> Conversation:
    severities = {name: mean for name, mean in record.distortions.items() if mean is not None}
    if len(severities) < len(record.distortions):
        return Conversation("distortion", "AIR", ASK_DISTORTION, ONLY_THE_KIND, complete=False)
    found = [(word_of(mean, SEVERITIES), name) for name, mean in severities.items()]
    return Conversation("distortion", "AIR", ASK_DISTORTION, answers.distortion_sentence(found))


def _judgments(record: RegionRecord, rng: random.Random) -> Iterator[Conversation]:
    truth = word_of(record.quality, QUALITIES)
    word = _word_to_judge(truth, QUALITIES, rng)
    answer = answers.YES if word == truth else answers.corrected_quality(truth)
    yield Conversation("quality", "JIR", judge_quality(word), answer)

    truth = word_of(record.importance, IMPORTANCES)
    word = _word_to_judge(truth, IMPORTANCES, rng)
    answer = answers.YES if word == truth else answers.corrected_importance(truth)
    yield Conversation("importance", "JIR", judge_importance(word), answer)

    yield distortion_judgment(record, _type_to_judge(record, rng))


def _word_to_judge(truth: str, words: Sequence[str], rng: random.Random) -> str:
    return truth if rng.random() < 0.5 else rng.choice([word for word in words if word != truth])


def _type_to_judge(record: RegionRecord, rng: random.Random) -> str:
    """A clean region can only be asked for what it lacks, one with all six only for what it has."""
    present = [name for name in DISTORTIONS if name in record.distortions]
    absent = [name for name in DISTORTIONS if name not in record.distortions]
    return rng.choice(present if present and (rng.random() < 0.5 or not absent) else absent)
