import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from annotation.exchange import instructions
from ml.records.region import RegionRecord
from ml.seagull import prompts
from ml.seagull.answers import parse
from ml.seagull.prompts import Conversation, conversations
from ml.vocabulary import DISTORTIONS, IMPORTANCES, QUALITIES
from tests.annotation.exchange.test_instructions import make_facts

ALL_SIX = dict.fromkeys(DISTORTIONS, 1.0)


def make_record(
    quality: float = 3.0, importance: float = 0.0, distortions: Mapping[str, float | None] | None = None
) -> RegionRecord:
    return RegionRecord("1", Path("a.png"), "a", "train", (48, 64), "", quality, importance, distortions or {})


def asked(record: RegionRecord, seed: int = 1) -> dict[str, Conversation]:
    return {f"{one.task} {one.kind}": one for one in conversations(record, random.Random(seed))}


def test_the_prompt_is_the_published_one() -> None:
    asked = f"{prompts.BEFORE_IMAGE}<image>{prompts.AFTER_IMAGE}{prompts.about(prompts.ASK_QUALITY)}"

    assert asked == (
        "A chat between a curious human and an artificial intelligence assistant. The assistant gives helpful, "
        "detailed, and polite answers to the human's questions. USER: <image>\nThis provides an overview of the image."
        "\n Please answer the following questions about the provided region. Note: Distortions include: blur, "
        "colorfulness, compression, contrast exposure and noise.\n Here is the region <global><local>. "
        "Analyze the quality of this region. ASSISTANT:"
    )


def test_exports_use_the_same_prompt() -> None:
    assert instructions.SYSTEM == prompts.SYSTEM
    assert f"<image>{prompts.AFTER_IMAGE}{prompts.VIEWS}. " == instructions.BEGIN


@pytest.mark.parametrize("number", range(20))
def test_exports_ask_and_answer_with_the_same_words(number: int) -> None:
    facts = make_facts(number, blur=2, noise=0, quality=number % 5, importance=number % 3)
    record = make_record(number % 5, number % 3, {"blur": 2.0, "noise": 0.0})
    exported = [
        (one["task"], one["type"], one["conversations"][0]["value"], one["conversations"][1]["value"])
        for one in instructions.instructions_for(facts)
    ]

    drawn = [one for seed in range(60) for one in conversations(record, random.Random(seed))]

    own = {(one.task, one.kind, instructions.BEGIN + one.question, one.answer) for one in drawn}
    assert [one for one in exported if one not in own] == []


def test_three_analyses_and_three_judgments() -> None:
    drawn = conversations(make_record(), random.Random(1))

    kinds = [(one.task, one.kind) for one in drawn]
    assert kinds == [(task, kind) for kind in ("AIR", "JIR") for task in ("quality", "importance", "distortion")]


def test_analyses_say_the_record() -> None:
    said = asked(make_record(3.3, 1.6, {"contrast": 4.0, "colorfulness": 2.9}))

    assert said["quality AIR"].answer == "The quality is excellent."
    assert said["importance AIR"].answer == "This region is minor to the overall quality."
    assert said["distortion AIR"].answer == "With minor colorfulness and trivial contrast distortions."


def test_a_clean_region_is_without_distortions() -> None:
    assert asked(make_record())["distortion AIR"].answer == "Without distortions."


def test_an_unknown_severity_says_no_more_than_with() -> None:
    said = asked(make_record(distortions={"blur": None, "noise": 2.0}))["distortion AIR"]

    assert (said.answer, said.complete) == ("With", False)


@pytest.mark.parametrize("seed", range(30))
def test_judgments_say_the_record(seed: int) -> None:
    record = make_record(1.0, 3.0, {"blur": 1.0, "noise": 2.0})

    said = asked(record, seed)

    quality, importance, distortion = (said[f"{task} JIR"] for task in ("quality", "importance", "distortion"))
    assert (quality.answer == "Yes.") == (quality.question == prompts.judge_quality("poor"))
    assert quality.answer in ("Yes.", "No. The quality is poor.")
    assert quality.question in map(prompts.judge_quality, QUALITIES)
    assert (importance.answer == "Yes.") == (importance.question == prompts.judge_importance("important"))
    assert importance.answer in ("Yes.", "No. This region is important to the image quality.")
    assert importance.question in map(prompts.judge_importance, IMPORTANCES)
    there = map(prompts.judge_distortion, ("blur", "noise"))
    assert distortion.answer == ("Yes." if distortion.question in there else "No. The region is in blur and noise.")


def test_about_half_of_the_judgments_are_true() -> None:
    record = make_record(distortions={"blur": 1.0})
    said = [one for seed in range(400) for one in conversations(record, random.Random(seed))[3:]]

    for task in ("quality", "importance", "distortion"):
        verdicts = [parse(one.answer).verdict for one in said if one.task == task]
        assert 160 < verdicts.count("yes") < 240


def test_a_clean_region_is_only_judged_for_what_it_lacks() -> None:
    said = {asked(make_record(), seed)["distortion JIR"].answer for seed in range(40)}

    assert said == {"No. Without distortions."}


def test_a_region_with_everything_is_only_judged_for_what_it_has() -> None:
    said = {asked(make_record(distortions=ALL_SIX), seed)["distortion JIR"].answer for seed in range(40)}

    assert said == {"Yes."}


def test_the_same_draw_asks_the_same() -> None:
    record = make_record(distortions={"blur": 1.0})

    assert asked(record, 7) == asked(record, 7)


@pytest.mark.parametrize("name", DISTORTIONS)
def test_every_type_can_be_judged(name: str) -> None:
    record = make_record(distortions={"blur": None})

    said = prompts.distortion_judgment(record, name)

    assert said.question == f"Is this region in {name} distortion?"
    assert said.answer == ("Yes." if name == "blur" else "No. The region is in blur.")
