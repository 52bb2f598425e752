"""Instruction and response, section 3.3 of the paper: three analyses (AIR) and three judgments (JIR) per settled region.

The wording and the answers' grammar are those of the published model, so that it can be trained further and asked.
"""

import hashlib
from collections.abc import Iterator

from annotation.exchange.records import RegionFacts
from annotation.opinion import DISTORTIONS, WORDS

SYSTEM = (
    "A chat between a curious human and an artificial intelligence assistant. "
    "The assistant gives helpful, detailed, and polite answers to the human's questions."
)
BEGIN = (
    "<image>\nThis provides an overview of the image.\n Please answer the following questions about the provided region. "
    "Note: Distortions include: blur, colorfulness, compression, contrast exposure and noise.\n "
    "Here is the region <global><local>. "
)
"""The published prompt to the letter, with the comma it lacks."""
ASK_QUALITY = "Analyze the quality of this region."
ASK_IMPORTANCE = (
    "Consider the impact of this region on the overall image quality. "
    "Analyze its importance to the overall image quality."
)
ASK_DISTORTION = "Provide the distortion type of this region."
CLEAN = "Without distortions."
ALPHABETICAL = sorted(DISTORTIONS)


def instructions_for(region: RegionFacts) -> Iterator[dict[str, object]]:
    """The conversations of a settled region; none of any other."""
    if not region.settled:
        return
    asked = [
        ("quality", "AIR", ASK_QUALITY, f"The quality is {region.labels['quality'].word}."),
        (
            "importance",
            "AIR",
            ASK_IMPORTANCE,
            f"This region is {region.labels['importance'].word} to the overall quality.",
        ),
        ("distortion", "AIR", ASK_DISTORTION, distortion_answer(region)),
        ("quality", "JIR", *_judge_quality(region)),
        ("importance", "JIR", *_judge_importance(region)),
        ("distortion", "JIR", *_judge_distortion(region)),
    ]
    for task, kind, question, answer in asked:
        yield _conversation(region, task, kind, question, answer)


def distortion_answer(region: RegionFacts) -> str:
    """`With minor colorfulness and trivial contrast distortions.`, types in the alphabet's order."""
    found = [f"{region.labels[name].word} {name}" for name in present_in(region)]
    return f"With {_join(found)} distortions." if found else CLEAN


def present_in(region: RegionFacts) -> list[str]:
    return [name for name in ALPHABETICAL if region.labels[name].present]


def _judge_quality(region: RegionFacts) -> tuple[str, str]:
    word, yes = _word_to_ask(region, "quality")
    answer = "Yes." if yes else f"No. The quality is {region.labels['quality'].word}."
    return f"Is the quality of this region {word}?", answer


def _judge_importance(region: RegionFacts) -> tuple[str, str]:
    word, yes = _word_to_ask(region, "importance")
    answer = "Yes." if yes else f"No. This region is {region.labels['importance'].word} to the image quality."
    return f"Is this region {word} to the overall quality?", answer


def _judge_distortion(region: RegionFacts) -> tuple[str, str]:
    """A clean region can only be asked for what it lacks, one with all six only for what it has."""
    present = present_in(region)
    absent = [name for name in ALPHABETICAL if name not in present]
    coin, draw = _chance(region, "distortion")
    yes = bool(present) and (coin or not absent)
    choice = present if yes else absent
    truth = f"The region is in {_join(present)}." if present else CLEAN
    return f"Is this region in {choice[draw % len(choice)]} distortion?", "Yes." if yes else f"No. {truth}"


def _word_to_ask(region: RegionFacts, scale: str) -> tuple[str, bool]:
    """The label's word for half of the regions, one of the other four for the rest; and whether it is the label's."""
    word = region.labels[scale].word or ""
    coin, draw = _chance(region, scale)
    others = [other for other in WORDS[scale] if other != word]
    return (word, True) if coin else (others[draw % len(others)], False)


def _chance(region: RegionFacts, task: str) -> tuple[bool, int]:
    """A coin and a number that depend on nothing but the region and the task."""
    digest = hashlib.sha256(f"{region.id}:{task}".encode()).digest()
    return bool(digest[0] & 1), int.from_bytes(digest[1:5], "big")


def _join(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def _conversation(region: RegionFacts, task: str, kind: str, question: str, answer: str) -> dict[str, object]:
    return {
        "id": f"{region.id}-{task}-{kind.lower()}",
        "region": region.id,
        "image": region.image.file,
        "split": region.image.split,
        "task": task,
        "type": kind,
        "conversations": [{"from": "human", "value": BEGIN + question}, {"from": "gpt", "value": answer}],
    }
